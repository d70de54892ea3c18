import { instantOf, wallInstants } from "@energylive/core/energy/calendar";
import type { Direction, ImportedQuarterHour } from "@energylive/core/profile/imported";
import { QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";

import { FailedError } from "../../errors.ts";
import { FORMATS, isColumn, type PortalFormat } from "./formats.ts";
import type { SheetRow } from "./sheet.ts";

/** The clocks of grid operators, whatever zone the device is in. */
const ZONE = "Europe/Vienna";

export interface PortalFile {
  format: string;
  column: string;
  direction: Direction;
  unit: Unit;
  /** In order, each once. */
  quarterHours: ImportedQuarterHour[];
  /** Rows without a value. */
  empty: number;
  /** Rows that are no quarter-hours: days, sums of months, other meters. */
  others: number;
  /** Every row that cannot be understood. */
  problems: string[];
}

const UNITS = ["kWh", "Wh", "kW", "W"] as const;
type Unit = (typeof UNITS)[number];

/** A power is the mean of its quarter-hour. */
const WH_OF: Record<Unit, number> = { kWh: 1_000, Wh: 1, kW: 250, W: 0.25 };

export interface Wanted {
  /** A part of the column's name, where several could be meant. */
  column?: string | undefined;
  direction?: Direction | undefined;
}

/**
 * Finds the format of a grid operator's file, and reads its quarter-hours.
 *
 * @param now nothing was measured later
 * @throws {FailedError} if no format fits
 */
export function readPortalFile(
  file: string,
  rows: readonly SheetRow[],
  wanted: Wanted,
  now: number,
): PortalFile {
  const layout = layoutOf(file, rows, wanted);
  const data = rows.slice(layout.firstRow);
  return new Reader(layout, now).read(data);
}

interface Layout {
  format: PortalFormat;
  header: readonly string[];
  column: number;
  direction: Direction;
  unit: Unit;
  unitColumn: number | undefined;
  firstRow: number;
}

/** Some portals write whom the file is of above the header. */
const MOST_ROWS_ABOVE = 30;

function layoutOf(file: string, rows: readonly SheetRow[], wanted: Wanted): Layout {
  const heads = rows.slice(0, MOST_ROWS_ABOVE).map(({ cells }) => cells.map(normal));
  for (const [index, header] of heads.entries())
    for (const format of FORMATS) {
      const found = layoutIn(header, format, wanted);
      if (found !== undefined) {
        const named = rows[index]?.cells ?? [];
        return { ...found, header: named, firstRow: index + 1, ...unitOf(header, found.column) };
      }
    }
  const [header] = rows;
  throw new FailedError(
    wanted.column === undefined
      ? `${file} has the form of none of the portals that are known; its first row is: ${header?.cells.join(", ") ?? "missing"}`
      : `${file} has no column with "${wanted.column}" in its name beside the time`,
    { advice: "docs/imports.md lists the forms, and how to bring another one into one of them" },
  );
}

function normal(cell: string): string {
  return cell.replaceAll(/\s+/g, " ").trim().toLowerCase();
}

function layoutIn(
  header: readonly string[],
  format: PortalFormat,
  wanted: Wanted,
): Pick<Layout, "format" | "column" | "direction"> | undefined {
  const indexOf = (named: string) => header.findIndex((column) => isColumn(named, column));
  const needed = [...format.time, format.end, ...(format.besides ?? []), format.only?.column];
  if (needed.some((named) => named !== undefined && indexOf(named) < 0)) return undefined;
  const asked = wanted.column === undefined ? undefined : normal(wanted.column);
  // A file of one direction often names its column as the other one's; then what the person says counts.
  const inOrder = format.values.toSorted(
    (a, b) => Number(b.direction === wanted.direction) - Number(a.direction === wanted.direction),
  );
  for (const { column, direction } of inOrder) {
    const found = header.findIndex(
      (name) => isColumn(column, name) && (asked === undefined || name.includes(asked)),
    );
    if (found >= 0) return { format, column: found, direction: wanted.direction ?? direction };
  }
  // A column that the format does not know, which a person has named.
  const other = asked === undefined ? -1 : header.findIndex((name) => name.includes(asked));
  if (other < 0) return undefined;
  return { format, column: other, direction: wanted.direction ?? "import" };
}

/** From the column's name, or a column beside it. */
function unitOf(header: readonly string[], column: number): Pick<Layout, "unit" | "unitColumn"> {
  const named = /\b(kwh|wh|kw|w)\b/i.exec(header[column] ?? "")?.[1];
  const unitColumn = header.findIndex((name) => name === "einheit" || name === "unit");
  return { unit: unitNamed(named) ?? "kWh", unitColumn: unitColumn < 0 ? undefined : unitColumn };
}

function unitNamed(text: string | undefined): Unit | undefined {
  return UNITS.find((unit) => unit.toLowerCase() === text?.trim().toLowerCase());
}

/** A row's value: when, how much, or why neither. */
type Read = { at: number; wh: number } | { problem: string } | "empty" | "other";

class Reader {
  readonly #layout: Layout;
  readonly #now: number;
  readonly #columns: { time: readonly number[]; end: number; only: number };
  /** The start of the quarter-hour before; a repeated hour comes after it. */
  #last = Number.NEGATIVE_INFINITY;

  constructor(layout: Layout, now: number) {
    this.#layout = layout;
    this.#now = now;
    const { format } = layout;
    const indexOf = (named: string | undefined) =>
      named === undefined ? -1 : layout.header.findIndex((name) => isColumn(named, normal(name)));
    this.#columns = {
      time: format.time.map(indexOf),
      end: indexOf(format.end),
      only: indexOf(format.only?.column),
    };
  }

  read(rows: readonly SheetRow[]): PortalFile {
    const { format, header, column, direction } = this.#layout;
    const file: PortalFile = {
      format: format.name,
      column: header[column] ?? "",
      direction,
      unit: this.#unitOf(rows[0]) ?? this.#layout.unit,
      quarterHours: [],
      empty: 0,
      others: 0,
      problems: [],
    };
    const seen = new Map<number, { wh: number; number: number }>();
    for (const row of this.#inOrder(rows)) {
      const read = this.#row(row);
      if (read === "empty") file.empty += 1;
      else if (read === "other") file.others += 1;
      else if ("problem" in read) file.problems.push(`row ${row.number}: ${read.problem}`);
      else {
        this.#last = Math.max(this.#last, read.at);
        const twin = seen.get(read.at);
        if (twin === undefined) {
          seen.set(read.at, { wh: read.wh, number: row.number });
          file.quarterHours.push({ at: read.at, direction, wh: read.wh });
        } else if (twin.wh !== read.wh)
          file.problems.push(
            `row ${row.number}: is of the same quarter-hour as row ${twin.number}, and differs`,
          );
      }
    }
    return file;
  }

  /** Some portals write the newest first: a repeated hour is only told by the order. */
  #inOrder(rows: readonly SheetRow[]): readonly SheetRow[] {
    const times = rows.map((row) => this.#wallTime(row)).filter((time) => time !== undefined);
    const [first, last] = [times[0], times.at(-1)];
    return first !== undefined && last !== undefined && first > last ? rows.toReversed() : rows;
  }

  #row(row: SheetRow): Read {
    const { format } = this.#layout;
    const { only } = this.#columns;
    const cell = (index: number) => row.cells[index] ?? "";
    if (format.only !== undefined && cell(only) !== format.only.value) return "other";
    const wall = this.#wallTime(row);
    if (wall === undefined) {
      const text = this.#columns.time.map(cell).join(" ").trim();
      // Below the data some portals write sums and remarks.
      if (!/\d/.test(text)) return "other";
      return { problem: `"${text}" is not a date and a time` };
    }
    if (this.#isLonger(row, wall)) return "other";
    const value = cell(this.#layout.column);
    if (value === "") return "empty";
    const number = germanNumber(value);
    if (number === undefined) return { problem: `"${value}" is not a number` };
    if (number < 0) return { problem: `${value} is below zero` };
    const unit = this.#unitOf(row) ?? this.#layout.unit;
    const wh = Math.round(number * WH_OF[unit] * 1_000) / 1_000;
    const starts = this.#startsAt(wall);
    if (starts.length === 0)
      // A portal that knows no summer time writes 96 rows on every day.
      return number === 0 ? "empty" : { problem: `${wall} does not exist: the clock skips it` };
    const at = starts.find((one) => one > this.#last) ?? starts[0] ?? 0;
    if (at % QUARTER_HOUR_MS !== 0) return { problem: `${wall} is not the edge of a quarter-hour` };
    if (at + QUARTER_HOUR_MS > this.#now) return { problem: `${wall} has not been yet` };
    return { at, wh };
  }

  #unitOf(row: SheetRow | undefined): Unit | undefined {
    const { unitColumn } = this.#layout;
    return unitColumn === undefined ? undefined : unitNamed(row?.cells[unitColumn]);
  }

  /** In ISO form, with its offset where there is one. */
  #wallTime({ cells }: SheetRow): string | undefined {
    const [date = "", time] = this.#columns.time.map((index) => cells[index] ?? "");
    // A date cell of a spreadsheet has a time, too.
    return isoTime(time === undefined ? date : `${date.replace(/ 00:00:00$/, "")} ${time}`);
  }

  #isLonger({ cells }: SheetRow, start: string): boolean {
    const { end } = this.#columns;
    const until = end < 0 ? undefined : isoTime(cells[end] ?? "");
    if (until === undefined) return false;
    const length = utc(until) - utc(start);
    // Over a change of clocks the hands move by an hour more or less. Some end a second before the next begins.
    return length > QUARTER_HOUR_MS && length !== QUARTER_HOUR_MS + HOUR_MS;
  }

  /** Where the quarter-hour of a time may start, in order. */
  #startsAt(wall: string): number[] {
    const exact = OFFSET.test(wall) ? instantOf(ZONE, wall) : undefined;
    const before = this.#layout.format.names === "end" ? QUARTER_HOUR_MS : 0;
    if (exact !== undefined) return [exact - before];
    if (before === 0) return wallInstants(ZONE, wall);
    // The end of the last quarter-hour before a change of clocks is written as it would be without, or as it is after.
    const shown = wallInstants(ZONE, wall).map((end) => end - before);
    const counted = wallInstants(ZONE, new Date(utc(wall) - before).toISOString().slice(0, -1));
    return [...new Set([...shown, ...counted])].sort((a, b) => a - b);
  }
}

const HOUR_MS = 3_600_000;
const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/;
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const AUSTRIAN_TIME = /^(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?$/;

/** `01.01.2026 00:15`, `01.01.26 00:15:00`, `2026-01-01 00:15:00` and ISO 8601 as ISO 8601. */
function isoTime(text: string): string | undefined {
  const written = text.trim().replaceAll(/\s+/g, " ");
  const [, day = "", month = "", year = "", hour = "", minute = "", second = "00"] =
    AUSTRIAN_TIME.exec(written) ?? [];
  const iso =
    day === ""
      ? written
      : `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${day.padStart(2, "0")} ${hour.padStart(2, "0")}:${minute}:${second}`;
  const [, date, time, seconds = "00", offset = ""] = ISO_TIME.exec(iso) ?? [];
  if (date === undefined || time === undefined) return undefined;
  // The end of a day.
  if (time === "24:00") return wallTime(utc(`${date}T00:00:00`) + 24 * HOUR_MS);
  const wall = `${date}T${time}:${seconds}`;
  // Date.parse reads 30 February as 1 March.
  return Number.isNaN(utc(wall)) || wallTime(utc(wall)) !== wall ? undefined : `${wall}${offset}`;
}

function utc(wall: string): number {
  return Date.parse(`${wall.slice(0, "2026-11-25T00:15:00".length)}Z`);
}

function wallTime(at: number): string | undefined {
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, "2026-11-25T00:15:00".length);
}

/** `0,228`, `1.234,5`, `0.228`, `1e-3` of a spreadsheet. */
function germanNumber(text: string): number | undefined {
  const plain = text.includes(",") ? text.replaceAll(".", "").replace(",", ".") : text;
  return /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i.test(plain.trim()) ? Number(plain) : undefined;
}
