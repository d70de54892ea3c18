import { commandFor, type Stage } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { counted } from "../terminal/number.ts";
import type { OldMeasurement } from "./old-item.ts";
import type { ImportPlan } from "./plan.ts";

/** What a person or a program is told of an import. */

/** Refused entries that a person is shown. */
const SHOWN = 5;

export function devicesOf(measurements: readonly OldMeasurement[]): string[] {
  return [...new Set(measurements.map(({ device_id }) => device_id))];
}

/** From the first to the last measurement. */
function spanOf(measurements: readonly OldMeasurement[]): [since: number, until: number] | undefined {
  if (measurements.length === 0) return undefined;
  let [since, until] = [Number.POSITIVE_INFINITY, 0];
  for (const { timestamp } of measurements) {
    since = Math.min(since, timestamp);
    until = Math.max(until, timestamp);
  }
  return [since, until];
}

/** For programs. */
export function planJson({ entries, measurements, repeated, refused, restored }: ImportPlan) {
  const [since, until] = (spanOf(measurements) ?? []).map((at) => new Date(at).toISOString());
  return {
    entries,
    measurements: measurements.length,
    devices: devicesOf(measurements),
    since: since ?? null,
    until: until ?? null,
    repeated,
    restored,
    refused: refused.map(({ place, problem }) => ({ place, problem })),
  };
}

export function planText(
  plan: ImportPlan,
  told: { stage: Stage; zone: string; expired: number; unknown: readonly string[]; sent: number },
): string {
  const { entries, measurements, repeated, refused, restored } = plan;
  const { stage, zone, expired, unknown, sent } = told;
  const span = spanOf(measurements);
  const devices = devicesOf(measurements);
  const lines = [
    `${number(entries)} items: ${number(measurements.length)} measurements of ${counted(devices.length, "device")}` +
      `${span === undefined ? "" : `, ${localTime(span[0])} to ${localTime(span[1])}`}.`,
    `Times without a zone were read as ${zone}.`,
  ];
  if (restored.collections > 0)
    lines.push(
      `${number(restored.times)} times had been moved apart by 100 ms per element, in ${counted(restored.collections, "collection")}: restored.`,
    );
  if (repeated > 0) lines.push(`${number(repeated)} items repeat another one: each measurement comes once.`);
  if (expired > 0)
    lines.push(
      `${number(expired)} measurements are older than they are kept: they count in the load profiles, and are then deleted. Set retention_days first to keep them longer.`,
    );
  if (unknown.length > 0)
    lines.push(
      `Not among the devices: ${unknown.join(", ")}. Their load profiles are of Europe/Vienna; to have them on the page and in the archive, add them first: ${commandFor(stage, `devices add ${unknown[0]}`)}`,
    );
  if (refused.length > 0) {
    const shown = refused.slice(0, SHOWN).map(({ place, problem }) => `  ${place}: ${problem}`);
    const more = refused.length > SHOWN ? [`  and ${number(refused.length - SHOWN)} more`] : [];
    const where = sent > 0 ? `in the dead-letter queue; ${commandFor(stage, "dlq list")}` : "refused";
    lines.push(`${counted(refused.length, "item")} cannot be stored (${where}):`, ...shown, ...more);
  }
  lines.push(
    sent === 0
      ? "Nothing was sent."
      : `${number(sent)} sent to the measurement queue${stage.isRunning ? "" : "; npm start stores them"}.`,
  );
  return lines.join("\n");
}

function number(count: number): string {
  return count.toLocaleString("en");
}
