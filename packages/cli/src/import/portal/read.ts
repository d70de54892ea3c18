import { instantOf, wallInstants } from "@energylive/core/energy/calendar";
import type { Direction, ImportedQuarterHour } from "@energylive/core/profile/imported";
import { QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";

import { germanNumber, isoTime, utc, wallTime } from "./cell.ts";
import { type Layout, layoutOf, type Unit, unitNamed, type Wanted } from "./layout.ts";
import type { SheetRow } from "./sheet.ts";

/** The clocks of grid operators, whatever zone the device is in. */
const ZONE = "Europe/Vienna";

const HOUR_MS = 3_600_000;
const OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/;

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

/** A power is the mean of its quarter-hour. */
const WH_OF: Record<Unit, number> = { kWh: 1_000, Wh: 1, kW: 250, W: 0.25 };

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

/** A row's value: when, how much, or why neither. */
type Read = { at: number; wh: number } | { problem: string } | "empty" | "other";

class Reader {
  readonly #layout: Layout;
  readonly #now: number;
  /** The start of the quarter-hour before; a repeated hour comes after it. */
  #last = Number.NEGATIVE_INFINITY;

  constructor(layout: Layout, now: number) {
    this.#layout = layout;
    this.#now = now;
  }

  read(rows: readonly SheetRow[]): PortalFile {
    const { format, column, direction } = this.#layout;
    const file: PortalFile = {
      format: format.name,
      column,
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
    file.quarterHours.sort((a, b) => a.at - b.at);
    return file;
  }

  /** Some portals write the newest first: a repeated hour is only told by the order. */
  #inOrder(rows: readonly SheetRow[]): readonly SheetRow[] {
    const times = rows.map((row) => this.#wallTime(row)).filter((time) => time !== undefined);
    const [first, last] = [times[0], times.at(-1)];
    return first !== undefined && last !== undefined && first > last ? rows.toReversed() : rows;
  }

  #row(row: SheetRow): Read {
    const { format, places } = this.#layout;
    const cell = (place: number) => row.cells[place] ?? "";
    if (format.only !== undefined && cell(places.only) !== format.only.value) return "other";
    const wall = this.#wallTime(row);
    if (wall === undefined) {
      const text = places.time.map(cell).join(" ").trim();
      // Below the data some portals write sums and remarks.
      if (!/\d/.test(text)) return "other";
      return { problem: `"${text}" is not a date and a time` };
    }
    if (this.#isLonger(row, wall)) return "other";
    const value = cell(places.value);
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
    return unitNamed(row?.cells[this.#layout.places.unit]);
  }

  /** In ISO form, with its offset where there is one. */
  #wallTime({ cells }: SheetRow): string | undefined {
    const [date = "", time] = this.#layout.places.time.map((place) => cells[place] ?? "");
    // A date cell of a spreadsheet has a time, too.
    return isoTime(time === undefined ? date : `${date.replace(/ 00:00:00$/, "")} ${time}`);
  }

  #isLonger({ cells }: SheetRow, start: string): boolean {
    const until = isoTime(cells[this.#layout.places.end] ?? "");
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
    const counted = wallInstants(ZONE, wallTime(utc(wall) - before));
    return [...new Set([...shown, ...counted])].sort((a, b) => a - b);
  }
}
