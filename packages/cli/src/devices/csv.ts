import type { WrittenConfig } from "@energylive/core/device/registry";
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import * as z from "zod";

import { FailedError, UsageError } from "../errors.ts";
import { FIELDS, namedType, readField, readLabels } from "./fields.ts";
import type { DevicesFile, FileEntry } from "./file-entry.ts";

/** Separates the types or labels in one cell. */
const SEPARATOR = ";";

const COLUMNS = ["device_id", ...FIELDS];

const Rows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

interface Row {
  cells: string[];
  /** The line where it starts, from 1. */
  line: number;
}

/**
 * Reads a CSV file of devices, as `writeCsv` writes it.
 *
 * @throws {FailedError} if its header has no column `device_id`
 */
export function readCsv(content: string, path: string): DevicesFile {
  const [head, ...rows] = rowsOf(content, path);
  if (head === undefined || !head.cells.includes("device_id"))
    throw new FailedError(`${path} has no column device_id`, {
      advice: `its first line must name the fields, including device_id: ${COLUMNS.join(",")}`,
    });
  const unknown = head.cells.filter((column) => column !== "" && !COLUMNS.includes(column));
  const twice = head.cells.filter((column, at) => column !== "" && head.cells.indexOf(column) !== at);
  return {
    entries: rows.map((row) => entryOf(head.cells, row)),
    problems: [
      ...unknown.map(
        (column) =>
          `line ${head.line}: the column "${column}" is not a field of a device (known: ${COLUMNS.join(", ")})`,
      ),
      ...twice.map((column) => `line ${head.line}: the column "${column}" appears twice`),
    ],
  };
}

/** A CSV file of devices, as `readCsv` reads it. */
export function writeCsv(configs: readonly WrittenConfig[]): string {
  return stringify(
    configs.map((config) => COLUMNS.map((field) => cellOf(config[field]))),
    { header: true, columns: COLUMNS },
  );
}

function rowsOf(content: string, path: string): Row[] {
  let records: unknown;
  try {
    records = parse(content, {
      info: true,
      trim: true,
      skip_empty_lines: true,
      // So every line that is too short or too long can be named.
      relax_column_count: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FailedError(`${path} is not a CSV file with one device per line: ${error.message}`, {
      cause: error,
    });
  }
  return Rows.parse(records)
    .map(({ record, info }) => ({ cells: record, line: info.lines - lineBreaks(record) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
}

function entryOf(columns: readonly string[], { cells, line }: Row): FileEntry {
  const entry: FileEntry = { place: `line ${line}`, config: {}, problems: [] };
  const isLonger = cells.slice(columns.length).some((cell) => cell !== "");
  if (isLonger || cells.length < columns.length) {
    const found = `${cells.length} ${cells.length === 1 ? "cell" : "cells"}`;
    entry.problems.push(`has ${found}, but the header has ${columns.length}`);
  }
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (cell === "" || !COLUMNS.includes(column)) continue;
    try {
      entry.config[column] = fieldOf(column, cell);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      entry.problems.push(error.message);
    }
  }
  return entry;
}

function fieldOf(field: string, cell: string): unknown {
  if (field === "device_id") return cell;
  if (field === "labels")
    return (
      jsonCell(cell) ??
      readLabels(
        cell.split(SEPARATOR).map((pair) => pair.trim()),
        field,
      )
    );
  if (field !== "measurement_types") return readField(field, cell);
  const list = z.array(z.string()).safeParse(jsonCell(cell));
  return list.success ? list.data.map(namedType) : readField(field, cell, SEPARATOR);
}

/** A list or map whose values contain the separators is written as JSON. */
function jsonCell(cell: string): unknown {
  if (!/^[[{]/.test(cell)) return undefined;
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

function cellOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "object" || value === null) return String(value);
  // A list of maps is no plain one: its parts begin with a bracket.
  const parts = Array.isArray(value) ? value.map(String) : Object.entries(value).map(([k, v]) => `${k}=${v}`);
  const isPlain = Array.isArray(value)
    ? parts.every((part) => !/^[[{]|;|^\s|\s$/.test(part))
    : Object.entries(value).every(
        ([k, v]) => !/[=;]|^[[{]|^\s|\s$/.test(k) && !/[=;]|^\s|\s$/.test(String(v)),
      );
  return isPlain && parts.length > 0 ? parts.join(SEPARATOR) : JSON.stringify(value);
}
