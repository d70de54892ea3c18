import { emptyProfile, type Profile } from "./profile.ts";
import { type LocalDay, localDay, QUARTER_HOUR_MS } from "./quarter-hours.ts";
import type { ProfileStore } from "./store.ts";

export type Direction = "import" | "export";

/** What another meter reading says of a quarter-hour: a grid operator's, for example. */
export interface ImportedQuarterHour {
  /** Its start, in epoch milliseconds. */
  at: number;
  direction: Direction;
  wh: number;
}

/** What an import does, in quarter-hours. */
export interface ImportCounts {
  /** Written: unknown before, or only estimated, or imported with another value. */
  written: number;
  /** There already, as imported. */
  same: number;
  /** Measured, which an import never replaces. */
  measured: number;
}

/** Other writers of the same day may be faster; each time one of them has succeeded. */
const ATTEMPTS = 20;

/** A day's load profile is of another time zone than the device is now. */
export class OtherZoneError extends Error {
  override readonly name = "OtherZoneError";
}

/**
 * Writes imported quarter-hours into a device's load profiles, days in order. The same ones again change nothing. Errors of DynamoDB pass through.
 *
 * @param options.dryRun only counts
 * @param options.onDay called before each day; what it throws ends the import between two days
 * @throws {OtherZoneError} before anything is written
 */
export async function importQuarterHours(
  quarterHours: readonly ImportedQuarterHour[],
  device: { device_id: string; time_zone: string },
  profiles: Pick<ProfileStore, "read" | "write">,
  options: { dryRun?: boolean; onDay?: (day: string) => void } = {},
): Promise<ImportCounts> {
  const counts: ImportCounts = { written: 0, same: 0, measured: 0 };
  for (const { day, of } of byDay(quarterHours, device.time_zone)) {
    options.onDay?.(day.day);
    const done = await importDay(day, of, device, profiles, options.dryRun === true);
    counts.written += done.written;
    counts.same += done.same;
    counts.measured += done.measured;
  }
  return counts;
}

function byDay(quarterHours: readonly ImportedQuarterHour[], zone: string) {
  const days: { day: LocalDay; of: ImportedQuarterHour[] }[] = [];
  for (const one of quarterHours.toSorted((a, b) => a.at - b.at)) {
    let last = days.at(-1);
    if (last === undefined || one.at >= last.day.to) {
      last = { day: localDay(zone, one.at), of: [] };
      days.push(last);
    }
    last.of.push(one);
  }
  return days;
}

async function importDay(
  day: LocalDay,
  quarterHours: readonly ImportedQuarterHour[],
  { device_id, time_zone }: { device_id: string; time_zone: string },
  profiles: Pick<ProfileStore, "read" | "write">,
  dryRun: boolean,
): Promise<ImportCounts> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [stored] = await profiles.read(device_id, day.day, day.day);
    if (stored !== undefined && stored.time_zone !== time_zone)
      throw new OtherZoneError(
        `${day.day} of ${device_id} is of ${stored.time_zone}, and not of ${time_zone}`,
      );
    const before = stored ?? emptyProfile(device_id, day, time_zone);
    const { profile, counts } = withImported(before, day, quarterHours);
    if (dryRun || counts.written === 0 || (await profiles.write(profile))) return counts;
  }
  throw new Error(`${device_id}: others wrote ${day.day} ${ATTEMPTS} times in a row`);
}

/**
 * An imported value replaces what is unknown or estimated, never what was measured. A quarter-hour is imported as soon as one of its values is:
 * so no later estimate replaces it.
 */
function withImported(
  before: Profile,
  day: LocalDay,
  quarterHours: readonly ImportedQuarterHour[],
): { profile: Profile; counts: ImportCounts } {
  const profile = { ...before, import_wh: [...before.import_wh], export_wh: [...before.export_wh] };
  const quality = [...before.quality];
  const counts: ImportCounts = { written: 0, same: 0, measured: 0 };
  for (const { at, direction, wh } of quarterHours) {
    const index = (at - day.from) / QUARTER_HOUR_MS;
    const list = profile[`${direction}_wh`];
    const isMeasured = quality[index] === "m";
    if (isMeasured && list[index] !== null) counts.measured += 1;
    else if (list[index] === wh && (isMeasured || quality[index] === "i")) counts.same += 1;
    else {
      list[index] = wh;
      if (!isMeasured) quality[index] = "i";
      counts.written += 1;
    }
  }
  return { profile: { ...profile, quality: quality.join("") }, counts };
}
