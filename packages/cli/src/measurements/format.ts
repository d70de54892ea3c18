import { measurementJson, type StoredMeasurement } from "@energylive/core/measurement/item";
import { describeMeasurementType } from "@energylive/core/measurement/obis";
import { localTime } from "@energylive/local/terminal/measurement-table";
import { stringify } from "csv-stringify/sync";

import { colours, type Output } from "../terminal/output.ts";

export type Format = "table" | "csv" | "json" | "ndjson";

/** Rows that the widths of a table's columns are made for. Later ones that are wider stick out, as in any stream. */
const ROWS_AT_ONCE = 1_000;

const CSV_COLUMNS = [
  "device_id",
  "measurement_type",
  "timestamp",
  "iso_timestamp",
  "value",
  "unit",
  "collection_time",
] as const;

/** @returns how many were written */
export async function writeMeasurements(
  measurements: AsyncIterable<StoredMeasurement>,
  format: Format,
  output: Output,
): Promise<number> {
  const writer = WRITERS[format];
  let count = 0;
  let rows: StoredMeasurement[] = [];
  let isFirst = true;
  const flush = async () => {
    await output.write(writer.rows(rows, isFirst));
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
  rows(measurements: readonly StoredMeasurement[], isFirst: boolean): string;
  end?: string;
}

const WRITERS: Record<Format, Writer> = {
  table: { rows: tableRows },
  csv: {
    rows: (measurements, isFirst) =>
      stringify([...measurements], { header: isFirst, columns: [...CSV_COLUMNS] }),
  },
  json: {
    rows: (measurements, isFirst) =>
      measurements.map((m, index) => `${isFirst && index === 0 ? "[\n" : ",\n"}${jsonLine(m)}`).join("") ||
      "[",
    end: "\n]\n",
  },
  ndjson: { rows: (measurements) => measurements.map((m) => `${jsonLine(m)}\n`).join("") },
};

export function jsonLine(measurement: StoredMeasurement): string {
  return JSON.stringify(measurementJson(measurement));
}

/** Columns of fixed width: a table that must know its last row before it writes its first would hold them all. */
export function tableRows(measurements: readonly StoredMeasurement[], isFirst: boolean): string {
  const rows = measurements.map(({ timestamp, device_id, measurement_type, value, unit = "" }) => [
    localTime(timestamp),
    device_id,
    measurement_type,
    value,
    unit,
    describeMeasurementType(measurement_type).meaning,
  ]);
  const head = ["measured at", "device", "type", "value", "unit", "meaning"];
  const widths = head.map((title, column) =>
    Math.max(title.length, MIN_WIDTHS[column] ?? 0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === VALUE ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  return [...(isFirst ? [colours.dim(line(head))] : []), ...rows.map(line), ""].join("\n");
}

const VALUE = 3;

/** So that what comes page by page, or one by one, stands below each other. */
const MIN_WIDTHS = [19, 19, 15, 10, 4];
