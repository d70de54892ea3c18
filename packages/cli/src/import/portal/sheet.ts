import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import * as z from "zod";

import { FailedError } from "../../errors.ts";

/** A row of a table as text, with its number in the file. */
export interface SheetRow {
  /** From 1. */
  number: number;
  cells: readonly string[];
}

const ZIP = "PK";

/**
 * The rows of a CSV file, whatever its delimiter and encoding, or of the first sheet of an XLSX file. Times of a spreadsheet become `2026-11-25 00:15:00`.
 *
 * @throws {FailedError} if it cannot be read
 */
export async function readRows(file: string): Promise<SheetRow[]> {
  const content = await readFile(file).catch((cause) => {
    throw new FailedError(`${file} cannot be read: ${cause.code}`, { cause });
  });
  return content.toString("latin1", 0, ZIP.length) === ZIP ? spreadsheetRows(file) : csvRows(file, content);
}

const Rows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

function csvRows(file: string, content: Buffer): SheetRow[] {
  const text = decoded(content);
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
    return Rows.parse(rows).map(({ record, info }) => ({
      number: info.lines,
      cells: record.map((cell) => cell.trim()),
    }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new FailedError(`${file} is not CSV: ${cause.message}`, { cause });
  }
}

/** Excel writes UTF-16, older programs Windows-1252. */
function decoded(content: Buffer): string {
  if (content[0] === 0xff && content[1] === 0xfe) return new TextDecoder("utf-16le").decode(content);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return new TextDecoder("windows-1252").decode(content);
  }
}

/** Numbers have decimal commas, so a comma separates only where nothing else does. */
function delimiterOf(text: string): string {
  const head = text.split("\n", 20).join("\n");
  return [";", "\t", "|"].find((delimiter) => head.includes(delimiter)) ?? ",";
}

/** Times of day without a date are of this year. */
const FIRST_YEAR = 1901;

async function spreadsheetRows(file: string): Promise<SheetRow[]> {
  const { readSheet } = await import("read-excel-file/node");
  const rows = await readSheet(file).catch((cause) => {
    throw new FailedError(`${file} is not a spreadsheet in the form of Excel (.xlsx)`, { cause });
  });
  return rows
    .map((row, index) => ({ number: index + 1, cells: row.map(cellText) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (!(cell instanceof Date)) return String(cell).trim();
  // A spreadsheet counts days as a fraction, which misses the second by a hair.
  const [date = "", time = ""] = new Date(Math.round(cell.getTime() / 1000) * 1000)
    .toISOString()
    .slice(0, "2026-11-25T00:15:00".length)
    .split("T");
  return cell.getUTCFullYear() < FIRST_YEAR ? time : `${date} ${time}`;
}
