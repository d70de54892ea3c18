import type { StoredMeasurement } from "./item.ts";

/** The columns of a CSV file of stored measurements. People's spreadsheets and scripts depend on them. */
export const CSV_COLUMNS = [
  "device_id",
  "measurement_type",
  "timestamp",
  "iso_timestamp",
  "value",
  "unit",
  "collection_time",
] as const satisfies readonly (keyof StoredMeasurement)[];
