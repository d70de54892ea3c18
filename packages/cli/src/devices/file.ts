import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { text } from "node:stream/consumers";

import type { WrittenConfig } from "@energylive/core/device/registry";
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import * as z from "zod/mini";

import { FailedError, UsageError } from "../errors.ts";
import { FIELDS, typeList } from "./fields.ts";

/** One device of a file, with the place that an error names. */
export interface FileEntry {
  place: string;
  config: WrittenConfig;
}

const SEPARATOR = ";";
const COLUMNS = ["device_id", ...FIELDS];

const CsvRow = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) });

/**
 * Reads a file of devices, CSV or JSON by its ending or its first character.
 *
 * @param path `-` is standard input
 * @throws {FailedError} for a file that cannot be read as either
 */
export async function readDevicesFile(path: string): Promise<FileEntry[]> {
  const content = await contentOf(path);
  const isJson = extname(path) === ".json" || (extname(path) !== ".csv" && /^\s*[[{]/.test(content));
  return isJson ? readJson(content, path) : readCsv(content, path);
}

/** The format that a file's ending names; CSV for standard output. */
export function formatOf(path: string): "csv" | "json" {
  const ending = extname(path);
  if (ending === ".csv" || ending === ".json") return ending === ".csv" ? "csv" : "json";
  throw new UsageError(`${path} ends neither in .csv nor in .json`);
}

/** A CSV file of devices, as `readDevicesFile` reads it. */
export function writeCsv(configs: readonly WrittenConfig[]): string {
  return stringify(
    configs.map((config) => COLUMNS.map((field) => cellOf(config[field]))),
    { header: true, columns: COLUMNS },
  );
}

async function contentOf(path: string): Promise<string> {
  if (path === "-") return text(process.stdin);
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new FailedError(`${path} cannot be read: does the file exist?`, { cause });
  }
}

function readJson(content: string, path: string): FileEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new FailedError(`${path} is no JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const items = z.array(z.unknown()).safeParse(json);
  if (!items.success) throw new FailedError(`${path} is no JSON array of devices`);
  return items.data.map((item, index) => {
    const config = z.record(z.string(), z.unknown()).safeParse(item);
    return { place: `device ${index + 1}`, config: config.success ? withoutState(config.data) : {} };
  });
}

/** An item copied from the console carries the fetcher's own record, which is no configuration. */
function withoutState({ state, ...config }: WrittenConfig): WrittenConfig {
  return config;
}

function readCsv(content: string, path: string): FileEntry[] {
  let rows: unknown;
  try {
    rows = parse(content, {
      columns: true,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: false,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FailedError(`${path} is no CSV with one device a line: ${error.message}`, { cause: error });
  }
  return z
    .array(CsvRow)
    .parse(rows)
    .map(({ record, info }) => ({
      place: `line ${info.lines}`,
      config: configOf(record),
    }));
}

function configOf(record: Record<string, string>): WrittenConfig {
  const cells = Object.entries(record).filter(([, cell]) => cell !== "");
  return Object.fromEntries(cells.map(([field, cell]) => [field, fieldValue(field, cell)]));
}

/** What a cell means; one that means nothing stays text, which the schema of a device then refuses by name. */
function fieldValue(field: string, cell: string): unknown {
  switch (field) {
    case "enabled":
      return cell === "true" ? true : cell === "false" ? false : cell;
    case "interval_seconds":
    case "retention_days":
      return /^\d+$/.test(cell) ? Number(cell) : cell;
    case "measurement_types":
      return listCell(cell) ?? typeList(cell, SEPARATOR);
    case "labels":
      return listCell(cell) ?? labelsCell(cell);
    default:
      return cell;
  }
}

/** A list or a map that holds the separators itself stands in its cell as JSON. */
function listCell(cell: string): unknown {
  if (!/^[[{]/.test(cell)) return undefined;
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

function labelsCell(cell: string): unknown {
  const pairs = cell.split(SEPARATOR).map((pair) => pair.split("=", 2));
  return pairs.every((pair) => pair.length === 2) ? Object.fromEntries(pairs) : cell;
}

function cellOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Array.isArray(value) ? value.map(String) : Object.entries(value).map(([k, v]) => `${k}=${v}`);
  const isPlain = Array.isArray(value)
    ? parts.every((part) => !/^[[{]|;|^\s|\s$/.test(part))
    : Object.entries(value).every(
        ([k, v]) => !/[=;]|^[[{]|^\s|\s$/.test(k) && !/[=;]|^\s|\s$/.test(String(v)),
      );
  return isPlain && parts.length > 0 ? parts.join(SEPARATOR) : JSON.stringify(value);
}
