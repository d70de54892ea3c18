import type { PointReader } from "../measurement/points.ts";
import { computeQuarterHours } from "./compute.ts";
import { mergeQuarterHours } from "./merge.ts";
import type { StoredRange } from "./message.ts";
import { emptyProfile, type Profile } from "./profile.ts";
import { type LocalDay, localDay, localDays, QUARTER_HOUR_MS } from "./quarter-hours.ts";
import { readSurroundings, type Surroundings } from "./samples.ts";
import type { ProfileStore } from "./store.ts";

/** Other profilers may write the same day; each time one of them has succeeded. */
const ATTEMPTS = 20;

export interface ProfileContext {
  points: PointReader;
  profiles: Pick<ProfileStore, "read" | "write">;
}

/**
 * Computes the quarter-hours that the measurements of a range can have changed, from what the table holds, and writes those that differ.
 * A profile is read before the measurements, and written if it is still the same: two profilers never undo each other, and a
 * late or repeated message ends in the same item. Errors of DynamoDB pass through.
 *
 * @param timeZone of the device
 * @returns how many profiles were written
 * @throws {Error} when other profilers were faster every time
 */
export async function updateProfiles(
  range: StoredRange,
  timeZone: string,
  context: ProfileContext,
): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const touched = await touchedProfiles(range, timeZone, context);
    const changed = touched.filter(({ isChanged }) => isChanged);
    let written = 0;
    for (const { profile } of changed) if (await context.profiles.write(profile)) written += 1;
    if (written === changed.length) return written;
  }
  throw new Error(`${range.device_id}: other profilers wrote the same days ${ATTEMPTS} times in a row`);
}

/** A profile as the table should hold it, and whether it differs from what the table holds. */
export interface TouchedProfile {
  profile: Profile;
  isChanged: boolean;
}

/**
 * The profiles whose quarter-hours the measurements of a range can have changed: also for a reader who cannot wait for the profiler.
 * Errors of DynamoDB pass through.
 */
export async function touchedProfiles(
  range: StoredRange,
  timeZone: string,
  { points, profiles }: ProfileContext,
): Promise<TouchedProfile[]> {
  const { device_id, from, to } = range;
  // Most often the day of the measurements; near midnight the day before too.
  let known: Span = { from: from - QUARTER_HOUR_MS, to: to + QUARTER_HOUR_MS };
  for (;;) {
    const stored = await profiles.read(
      device_id,
      localDay(timeZone, known.from).day,
      localDay(timeZone, known.to).day,
    );
    // Days of another zone are computed anew as a whole; those that the range does not touch wait for `profiles rebuild`.
    const isMoved = ({ day }: LocalDay) =>
      stored.some((profile) => profile.day === day && profile.time_zone !== timeZone);
    const anew = localDays(timeZone, from, to + 1).filter(isMoved);
    const surroundings = await readSurroundings(points, {
      device_id,
      from: Math.min(from, ...anew.map((day) => day.from)),
      to: Math.max(to, ...anew.map((day) => day.to - 1)),
    });
    if (surroundings.from >= known.from && surroundings.to <= known.to)
      return localDays(timeZone, surroundings.from, surroundings.to)
        .filter((day) => !isMoved(day) || anew.some((other) => other.day === day.day))
        .map((day) => touchedProfile(day, surroundings, startingPoint(device_id, day, timeZone, stored)));
    // More days than were read, before the measurements were: read them too.
    known = { from: Math.min(known.from, surroundings.from), to: Math.max(known.to, surroundings.to) };
  }
}

interface Span {
  from: number;
  to: number;
}

function startingPoint(
  deviceId: string,
  day: LocalDay,
  timeZone: string,
  stored: readonly Profile[],
): Profile {
  const found = stored.find((profile) => profile.day === day.day);
  if (found?.time_zone === timeZone) return found;
  return { ...emptyProfile(deviceId, day, timeZone), version: found?.version ?? 0 };
}

/** The profile with the quarter-hours that lie within the surroundings. */
function touchedProfile(day: LocalDay, { samples, from, to }: Surroundings, before: Profile): TouchedProfile {
  const start = Math.max(day.from, from);
  const computed = computeQuarterHours(samples, start, Math.min(day.to, to));
  const profile = mergeQuarterHours(before, (start - day.from) / QUARTER_HOUR_MS, computed);
  return { profile, isChanged: profile !== before };
}
