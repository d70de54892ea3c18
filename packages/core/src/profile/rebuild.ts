import type { PointReader } from "../measurement/points.ts";
import { computeQuarterHours, type QuarterHour } from "./compute.ts";
import { mergeQuarterHours } from "./merge.ts";
import { emptyProfile, quarterHourAt } from "./profile.ts";
import { type LocalDay, localDay, QUARTER_HOUR_MS } from "./quarter-hours.ts";
import { readSurroundings } from "./samples.ts";
import { type ProfileContext, updateProfiles } from "./update.ts";

/**
 * The local days of a device that have measurements, in order: what lies between is skipped, so a year that was not measured costs one
 * read.
 *
 * @param range epoch milliseconds; all that is stored where it says nothing
 */
export async function* measuredDays(
  points: PointReader,
  deviceId: string,
  timeZone: string,
  { since, until = Number.MAX_SAFE_INTEGER }: { since?: number | undefined; until?: number | undefined },
): AsyncGenerator<LocalDay> {
  let from = since ?? 0;
  for (;;) {
    const [next] = (await Array.fromAsync(points(deviceId, { since: from, limit: 1 }))).flat();
    if (next === undefined || next.at >= until) return;
    const day = localDay(timeZone, next.at);
    yield day;
    from = day.to;
  }
}

/** Computes a day again from the raw measurements. @returns how many profiles were written */
export function rebuildDay(
  deviceId: string,
  day: LocalDay,
  timeZone: string,
  context: ProfileContext,
): Promise<number> {
  return updateProfiles({ device_id: deviceId, from: day.from, to: day.to - 1 }, timeZone, context);
}

/** A quarter-hour whose profile is not what the raw measurements say. */
export interface Difference {
  /** Epoch milliseconds. */
  at: number;
  stored: QuarterHour;
  computed: QuarterHour;
}

/** Compares a day with what the raw measurements say. What has expired of them is not a difference. */
export async function compareDay(
  deviceId: string,
  day: LocalDay,
  timeZone: string,
  { points, profiles }: ProfileContext,
): Promise<{ checked: number; differences: Difference[] }> {
  const [found] = await profiles.read(deviceId, day.day, day.day);
  const stored = found?.time_zone === timeZone ? found : emptyProfile(deviceId, day, timeZone);
  const range = { device_id: deviceId, from: day.from, to: day.to - 1 };
  const { samples } = await readSurroundings(points, range);
  const computed = computeQuarterHours(samples, day.from, day.to);
  const merged = mergeQuarterHours(stored, 0, computed);
  const differences = computed.flatMap((_, index): Difference[] => {
    const [before, after] = [quarterHourAt(stored, index), quarterHourAt(merged, index)];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [{ at: day.from + index * QUARTER_HOUR_MS, stored: before, computed: after }];
  });
  return { checked: computed.filter(({ quality }) => quality !== "-").length, differences };
}
