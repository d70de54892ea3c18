import { CSV_COLUMNS } from "@energylive/core/measurement/csv";
import { measurementJson, type StoredMeasurement } from "@energylive/core/measurement/item";
import { stringify } from "csv-stringify/sync";
import { localTime } from "../terminal/measurement-table.ts";

import type { Output } from "../terminal/output.ts";
import { type Column, tablePiece } from "../terminal/table.ts";
import { meaningOf } from "../texts.ts";

/** What `--json` writes of a measurement. */
export const MEASUREMENT_JSON =
  "{ device_id, measurement_key, timestamp, iso_timestamp, measurement_type, value, unit?, collection_time, ttl }; value has all of its digits, which may be more than a double holds";

export type Format = "table" | "csv" | "json" | "ndjson";

/** Column widths are computed from this many rows. Wider cells in later rows stick out, as in any stream. */
const ROWS_AT_ONCE = 1_000;

/** @returns how many were written */
export async function writeMeasurements(
  measurements: AsyncIterable<StoredMeasurement>,
  { format, ofOneDevice }: { format: Format; ofOneDevice: boolean },
  output: Output,
): Promise<number> {
  const writer = WRITERS[format];
  let count = 0;
  let rows: StoredMeasurement[] = [];
  let isFirst = true;
  const flush = async () => {
    await output.write(writer.rows(rows, { isFirst, ofOneDevice }));
    isFirst = false;
    rows = [];
  };
  for await (const measurement of measurements) {
    count += 1;
    rows.push(measurement);
    if (rows.length === ROWS_AT_ONCE) await flush();
  }
  if (rows.length > 0 || (isFirst && format !== "table")) await flush();
  await output.write(writer.end ?? "");
  return count;
}

interface Writer {
  rows(measurements: readonly StoredMeasurement[], piece: { isFirst: boolean; ofOneDevice: boolean }): string;
  end?: string;
}

const WRITERS: Record<Format, Writer> = {
  table: { rows: tableRows },
  csv: {
    rows: (measurements, { isFirst }) =>
      stringify([...measurements], { header: isFirst, columns: [...CSV_COLUMNS] }),
  },
  json: {
    rows: (measurements, { isFirst }) =>
      measurements.map((m, index) => `${isFirst && index === 0 ? "[\n" : ",\n"}${jsonLine(m)}`).join("") ||
      "[",
    end: "\n]\n",
  },
  ndjson: { rows: (measurements) => measurements.map((m) => `${jsonLine(m)}\n`).join("") },
};

export function jsonLine(measurement: StoredMeasurement): string {
  return JSON.stringify(measurementJson(measurement));
}

/** The values of a measurement, without its device. */
export const MEASUREMENT_COLUMNS: readonly Column[] = [
  { title: "measured at", least: 19 },
  { title: "type", least: 15 },
  { title: "value", align: "right", least: 10 },
  { title: "unit", least: 4 },
  { title: "meaning", shrinks: true },
];

const [TIME, ...REST] = MEASUREMENT_COLUMNS;
const COLUMNS = [TIME, { title: "device", least: 19 }, ...REST].filter((column) => column !== undefined);

/**
 * Part of a table: a table that needs its last row before it writes its first would hold them all.
 *
 * @param options.ofOneDevice leaves its id out
 */
export function tableRows(
  measurements: readonly StoredMeasurement[],
  options: { isFirst: boolean; ofOneDevice: boolean },
): string {
  if (measurements.length === 0) return "";
  const rows = measurements.map((measurement) => {
    const [time = "", ...rest] = measurementRow(measurement);
    return options.ofOneDevice ? [time, ...rest] : [time, measurement.device_id, ...rest];
  });
  const columns = options.ofOneDevice ? MEASUREMENT_COLUMNS : COLUMNS;
  return `${tablePiece(columns, rows, options.isFirst)}\n`;
}

/** The cells of `MEASUREMENT_COLUMNS`. */
export function measurementRow({
  timestamp,
  measurement_type,
  value,
  unit = "",
}: Pick<StoredMeasurement, "timestamp" | "measurement_type" | "value"> & {
  unit?: string | undefined;
}): string[] {
  return [localTime(timestamp), measurement_type, value, unit, meaningOf(measurement_type)];
}
