import { localTime } from "@energylive/core/energy/calendar";
import { stringify } from "csv-stringify/sync";
import * as z from "zod";

import { zone } from "../query.ts";

/** How numbers and columns are written: Excel opens a file in columns only if both are as in the country of its language. */
export const sheetQuery = {
  decimal: z.enum(["point", "comma"], "is neither point nor comma").default("point"),
  zone: zone.default("UTC"),
};

export interface Sheet {
  decimal: "point" | "comma";
  zone: string;
}

interface Range {
  /** Epoch milliseconds. */
  from: number;
  to: number;
}

/** A sheet with the periods of a device. */
interface PeriodSheet extends Sheet, Range {
  device: string;
  unit: string;
}

/** Without it Excel takes UTF-8 for another encoding. Programs, which want points, do without. */
const BYTE_ORDER_MARK = "\uFEFF";

/** Rows of a file, each ended by a line feed. */
export function csvLines(rows: readonly (readonly unknown[])[], { decimal }: Sheet): string {
  return stringify(
    rows.map((row) => [...row]),
    { delimiter: decimal === "comma" ? ";" : "," },
  );
}

export function csvHead(columns: readonly string[], sheet: Sheet): string {
  return (sheet.decimal === "comma" ? BYTE_ORDER_MARK : "") + csvLines([columns], sheet);
}

/** A number with all of its digits; an unknown value is an empty cell, and zero is 0. */
export function numberCell(value: string | number | null, { decimal }: Sheet): string {
  const text = value === null ? "" : String(value);
  return decimal === "comma" ? text.replace(".", ",") : text;
}

/** A time with its offset: `2026-11-25T14:05:10.000+01:00`. */
export function timeCell(at: number, { zone: timeZone }: Sheet): string {
  return localTime(timeZone, at);
}

/** What a row of a file of periods begins with. */
export const periodColumns = ["device_id", "from", "from_local", "to", "to_local"];

export function periodCells({ from, to }: Range, query: PeriodSheet): string[] {
  return [query.device, ...[from, to].flatMap((at) => [new Date(at).toISOString(), timeCell(at, query)])];
}

/** A file of a device's periods, with the headers of its download. */
export function sheetOf(
  what: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  query: PeriodSheet,
): { body: string; headers: Record<string, string> } {
  return {
    body: csvHead(columns, query) + csvLines(rows, query),
    headers: csvHeaders([query.device, `${what}-per-${query.unit}`], query, query),
  };
}

/**
 * The headers of a download: `energylive_I-10082023-01658401_0100010700_2026-11-24_2026-11-25.csv`, with the first and the last
 * local date, in characters that every system allows.
 */
export function csvHeaders(
  parts: readonly string[],
  { from, to }: Range,
  sheet: Sheet,
): Record<string, string> {
  const date = (at: number) => timeCell(at, sheet).slice(0, 10);
  const name = ["energylive", ...parts, date(from), date(Math.max(from, to - 1))]
    .join("_")
    .replaceAll(/[^\w.-]/g, "-")
    .slice(0, 150);
  return {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}.csv"`,
  };
}
