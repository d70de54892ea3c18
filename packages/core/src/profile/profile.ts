import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import type { Quality, QuarterHour } from "./compute.ts";
import { type LocalDay, namedDay, QUARTER_HOUR_MS, quarterHoursOf } from "./quarter-hours.ts";

/** A device's load profile of one local day: the item of the profiles table. The lists have an element per quarter-hour. */
export interface Profile {
  device_id: string;
  /** `2026-11-25`, in `time_zone`. */
  day: string;
  time_zone: string;
  import_wh: (number | null)[];
  export_wh: (number | null)[];
  power_min_w: (number | null)[];
  power_max_w: (number | null)[];
  /** A letter per quarter-hour. */
  quality: string;
  /** Grows with every write; 0 before the first. */
  version: number;
}

const LISTS = ["import_wh", "export_wh", "power_min_w", "power_max_w"] as const;

/** A day of which nothing is known. */
export function emptyProfile(device_id: string, day: LocalDay, time_zone: string): Profile {
  const count = quarterHoursOf(day);
  const unknown = () => Array.from<null>({ length: count }).fill(null);
  return {
    device_id,
    day: day.day,
    time_zone,
    import_wh: unknown(),
    export_wh: unknown(),
    power_min_w: unknown(),
    power_max_w: unknown(),
    quality: "-".repeat(count),
    version: 0,
  };
}

/** One quarter-hour of a profile. */
export function quarterHourAt(profile: Profile, index: number): QuarterHour {
  return {
    import_wh: profile.import_wh[index] ?? null,
    export_wh: profile.export_wh[index] ?? null,
    power_min_w: profile.power_min_w[index] ?? null,
    power_max_w: profile.power_max_w[index] ?? null,
    quality: (profile.quality[index] ?? "-") as Quality,
  };
}

/** Every quarter-hour of a profile with its start, in epoch milliseconds. */
export function* quarterHours(profile: Profile): Generator<QuarterHour & { at: number }> {
  const { from } = namedDay(profile.time_zone, profile.day);
  for (let index = 0; index < profile.quality.length; index += 1)
    yield { at: from + index * QUARTER_HOUR_MS, ...quarterHourAt(profile, index) };
}

export function profileItem(profile: Profile): Record<string, AttributeValue> {
  const { device_id, day, time_zone, quality, version } = profile;
  return {
    device_id: { S: device_id },
    day: { S: day },
    time_zone: { S: time_zone },
    ...Object.fromEntries(LISTS.map((list) => [list, { L: profile[list].map(written) }])),
    quality: { S: quality },
    version: { N: String(version) },
  };
}

/**
 * Reads an item of the profiles table.
 *
 * @throws {TypeError} for an item that this project did not write
 */
export function readProfile(item: Record<string, AttributeValue>): Profile {
  const text = (attribute: string) => {
    const value = item[attribute]?.S;
    if (value === undefined) throw new TypeError(`a load profile has no text in "${attribute}"`);
    return value;
  };
  const list = (attribute: string) => {
    const values = item[attribute]?.L;
    if (values === undefined) throw new TypeError(`a load profile has no list in "${attribute}"`);
    return values.map(({ N }) => (N === undefined ? null : Number(N)));
  };
  return {
    device_id: text("device_id"),
    day: text("day"),
    time_zone: text("time_zone"),
    import_wh: list("import_wh"),
    export_wh: list("export_wh"),
    power_min_w: list("power_min_w"),
    power_max_w: list("power_max_w"),
    quality: text("quality"),
    version: Number(item.version?.N ?? 0),
  };
}

function written(value: number | null): AttributeValue {
  return value === null ? { NULL: true } : { N: String(value) };
}
