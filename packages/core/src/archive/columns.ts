import { decimalText } from "../decimal.ts";
import type { StoredMeasurement } from "../measurement/item.ts";
import { pricedQuarterHours } from "../price/cheapest.ts";
import type { DayPrices } from "../price/prices.ts";
import { type Profile, quarterHours } from "../profile/profile.ts";

/** A column of a file that other people's tools read. Numbers are doubles, times are in milliseconds. */
export interface Column<Row> {
  name: string;
  kind: "text" | "number" | "integer" | "time";
  /** Epoch milliseconds for a time; `null` where nothing is known. */
  of: (row: Row) => string | number | null;
}

/** The attributes of a measurement's item, with a value that a double holds beside all of its digits. */
export const MEASUREMENT_COLUMNS: readonly Column<StoredMeasurement>[] = [
  { name: "device_id", kind: "text", of: (row) => row.device_id },
  { name: "measurement_key", kind: "text", of: (row) => row.measurement_key },
  { name: "timestamp", kind: "time", of: (row) => row.timestamp },
  { name: "iso_timestamp", kind: "text", of: (row) => row.iso_timestamp },
  { name: "measurement_type", kind: "text", of: (row) => row.measurement_type },
  { name: "value", kind: "number", of: (row) => Number(row.value) },
  { name: "value_text", kind: "text", of: (row) => row.value },
  { name: "unit", kind: "text", of: (row) => row.unit ?? null },
  { name: "collection_time", kind: "text", of: (row) => row.collection_time },
  { name: "ttl", kind: "integer", of: (row) => row.ttl },
];

/**
 * A row of `MEASUREMENT_COLUMNS` as a Parquet reader gives it.
 *
 * @throws {TypeError} for a row that this project did not write
 */
export function measurementOfRow(row: Record<string, unknown>): StoredMeasurement {
  const text = (name: string) => {
    const value = row[name];
    if (typeof value !== "string") throw new TypeError(`an archived measurement has no text in "${name}"`);
    return value;
  };
  const value = decimalText(text("value_text"));
  const { timestamp, unit, ttl } = row;
  if (value === undefined || !(timestamp instanceof Date))
    throw new TypeError("an archived measurement has no value or no time");
  return {
    device_id: text("device_id"),
    measurement_key: text("measurement_key"),
    timestamp: timestamp.getTime(),
    iso_timestamp: text("iso_timestamp"),
    measurement_type: text("measurement_type"),
    value,
    ...(typeof unit === "string" ? { unit } : {}),
    collection_time: text("collection_time"),
    ttl: Number(ttl),
  };
}

/** A quarter-hour of a load profile. */
export interface QuarterHourRow {
  device_id: string;
  /** Epoch milliseconds: when it begins. */
  quarter_hour: number;
  day: string;
  time_zone: string;
  import_wh: number | null;
  export_wh: number | null;
  power_min_w: number | null;
  power_max_w: number | null;
  quality: string;
}

export const QUARTER_HOUR_COLUMNS: readonly Column<QuarterHourRow>[] = [
  { name: "device_id", kind: "text", of: (row) => row.device_id },
  { name: "quarter_hour", kind: "time", of: (row) => row.quarter_hour },
  { name: "day", kind: "text", of: (row) => row.day },
  { name: "time_zone", kind: "text", of: (row) => row.time_zone },
  { name: "import_wh", kind: "number", of: (row) => row.import_wh },
  { name: "export_wh", kind: "number", of: (row) => row.export_wh },
  { name: "power_min_w", kind: "number", of: (row) => row.power_min_w },
  { name: "power_max_w", kind: "number", of: (row) => row.power_max_w },
  { name: "quality", kind: "text", of: (row) => row.quality },
];

/** A row of `QUARTER_HOUR_COLUMNS` as a Parquet reader gives it. */
export function quarterHourOfRow(row: Record<string, unknown>): QuarterHourRow {
  const number = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  return {
    device_id: String(row.device_id),
    quarter_hour: Number(row.quarter_hour),
    day: String(row.day),
    time_zone: String(row.time_zone),
    import_wh: number(row.import_wh),
    export_wh: number(row.export_wh),
    power_min_w: number(row.power_min_w),
    power_max_w: number(row.power_max_w),
    quality: String(row.quality),
  };
}

/** The market price of a quarter-hour. */
export interface PriceRow {
  /** Epoch milliseconds: when it begins. */
  quarter_hour: number;
  day: string;
  /** Net. */
  eur_per_mwh: number;
  source: string;
}

export const PRICE_COLUMNS: readonly Column<PriceRow>[] = [
  { name: "quarter_hour", kind: "time", of: (row) => row.quarter_hour },
  { name: "day", kind: "text", of: (row) => row.day },
  { name: "eur_per_mwh", kind: "number", of: (row) => row.eur_per_mwh },
  { name: "source", kind: "text", of: (row) => row.source },
];

/** The quarter-hours of a day whose price is known. */
export function priceRows(prices: DayPrices): PriceRow[] {
  const { day, source } = prices;
  return pricedQuarterHours(prices).map(({ from, eur_per_mwh }) => ({
    quarter_hour: from,
    day,
    eur_per_mwh,
    source,
  }));
}

/** The quarter-hours of a day of which something is known. */
export function* quarterHourRows(profile: Profile): Generator<QuarterHourRow> {
  const { device_id, day, time_zone } = profile;
  for (const { at, quality, import_wh, export_wh, power_min_w, power_max_w } of quarterHours(profile))
    if (quality !== "-")
      yield {
        device_id,
        quarter_hour: at,
        day,
        time_zone,
        import_wh,
        export_wh,
        power_min_w,
        power_max_w,
        quality,
      };
}
