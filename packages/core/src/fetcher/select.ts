import { createHash } from "node:crypto";

import type { Device } from "../device/device.ts";
import type { InvalidElement, LatestMeasurement, LatestResponse } from "../energylive/latest.ts";

/**
 * A timestamp further ahead than this is a wrong clock at the other end. Measured generously: a wrong guess only means
 * that a few measurements are published twice, which changes nothing.
 */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Hashes kept of what was quarantined; more distinct invalid elements than this are quarantined again. */
const MAX_REMEMBERED = 50;

/** What of a response is to be done with. */
export interface Selection {
  fresh: LatestMeasurement[];
  /** How many were published before, or stand in the response twice. */
  unchanged: number;
  /** Two values for one type and time: the first goes through, these do not. */
  conflicting: LatestMeasurement[];
  /** Those not yet quarantined by the poll before. */
  invalid: InvalidElement[];
  /** Hashes of all invalid and conflicting elements of this response, for the next poll. */
  quarantined: string[];
}

/** Chooses what of a response is new, by the watermarks from before the poll. `now` is in epoch milliseconds. */
export function selectFresh(device: Device, response: LatestResponse, now: number): Selection {
  const selection: Selection = { fresh: [], unchanged: 0, conflicting: [], invalid: [], quarantined: [] };
  const known = new Set(device.state.quarantined);
  const chosen = new Map<string, LatestMeasurement>();
  for (const measurement of response.measurements) {
    if (device.measurement_types?.includes(measurement.measurement_type) === false) continue;
    const key = `${measurement.timestamp}#${measurement.measurement_type}`;
    const twin = chosen.get(key);
    if (twin !== undefined && twin.value !== measurement.value) {
      const hash = hashOf(`${key}=${measurement.value}`);
      selection.quarantined.push(hash);
      if (!known.has(hash)) selection.conflicting.push(measurement);
    } else if (twin !== undefined || !isNew(measurement, device.state.watermarks, now)) {
      selection.unchanged += 1;
      chosen.set(key, measurement);
    } else {
      chosen.set(key, measurement);
      selection.fresh.push(measurement);
    }
  }
  for (const element of response.invalid) {
    const hash = hashOf(element.raw);
    selection.quarantined.push(hash);
    if (!known.has(hash)) selection.invalid.push(element);
  }
  selection.quarantined = [...new Set(selection.quarantined)].slice(0, MAX_REMEMBERED);
  return selection;
}

/**
 * Newer than the watermark. A watermark that lies ahead of the clock came from a device whose clock was wrong: it drops
 * only its own measurement, or that device would be silent until the time it named.
 */
function isNew(measurement: LatestMeasurement, watermarks: Record<string, number>, now: number): boolean {
  const watermark = watermarkOf(watermarks, measurement.measurement_type);
  if (watermark === undefined || measurement.timestamp > watermark) return true;
  return watermark > now + CLOCK_TOLERANCE_MS && measurement.timestamp !== watermark;
}

/** Types are whatever the API sends, `__proto__` and `constructor` included. */
function watermarkOf(watermarks: Record<string, number>, type: string): number | undefined {
  return Object.hasOwn(watermarks, type) ? watermarks[type] : undefined;
}

/** DynamoDB's items end at 400 KB; a device with more types than this is hostile, and the oldest go. */
const MAX_WATERMARKS = 1_000;

/**
 * The watermarks after `published` were accepted. The watermark of a type in `unaccepted` does not move, so that all of
 * that type is offered again at the next poll.
 */
export function moveWatermarks(
  before: Record<string, number>,
  published: readonly LatestMeasurement[],
  unaccepted: ReadonlySet<string>,
): Record<string, number> {
  const moved = new Map(Object.entries(before));
  const newest = new Map<string, number>();
  for (const { measurement_type: type, timestamp } of published) {
    if (!unaccepted.has(type)) newest.set(type, Math.max(timestamp, newest.get(type) ?? 0));
  }
  for (const [type, timestamp] of newest) moved.set(type, timestamp);
  const entries = [...moved];
  if (entries.length <= MAX_WATERMARKS) return Object.fromEntries(entries);
  return Object.fromEntries(entries.sort(([, a], [, b]) => b - a).slice(0, MAX_WATERMARKS));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}
