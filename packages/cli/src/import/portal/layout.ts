import type { Direction } from "@energylive/core/profile/imported";

import { FailedError } from "../../errors.ts";
import { FORMATS, isColumn, type PortalFormat } from "./formats.ts";
import type { SheetRow } from "./sheet.ts";

const UNITS = ["kWh", "Wh", "kW", "W"] as const;
export type Unit = (typeof UNITS)[number];

/** What a person says of a file. */
export interface Wanted {
  /** A part of the column's name, where several could be meant. */
  column?: string | undefined;
  direction?: Direction | undefined;
}

/** Where a file's quarter-hours stand. */
export interface Layout {
  format: PortalFormat;
  direction: Direction;
  /** Of every value, unless a column says it row by row. */
  unit: Unit;
  /** The name of the values' column, as the file has it. */
  column: string;
  /** Their places in a row; -1 where the file has no such column. */
  places: { time: readonly number[]; end: number; only: number; value: number; unit: number };
  /** The place of the first row below the header. */
  firstRow: number;
}

/** Some portals write whom the file is of above the header. */
const MOST_ROWS_ABOVE = 30;

/**
 * Finds the format of a grid operator's file.
 *
 * @throws {FailedError} if none fits
 */
export function layoutOf(file: string, rows: readonly SheetRow[], wanted: Wanted): Layout {
  for (const [index, { cells }] of rows.slice(0, MOST_ROWS_ABOVE).entries())
    for (const format of FORMATS) {
      const found = layoutIn(cells, format, wanted);
      if (found !== undefined) return { ...found, firstRow: index + 1 };
    }
  const [header] = rows;
  throw new FailedError(
    wanted.column === undefined
      ? `${file} has the form of none of the portals that are known; its first row is: ${header?.cells.join(", ") ?? "missing"}`
      : `${file} has no column with "${wanted.column}" in its name beside the time`,
    { advice: "docs/imports.md lists the forms, and how to bring another one into one of them" },
  );
}

function layoutIn(
  cells: readonly string[],
  format: PortalFormat,
  wanted: Wanted,
): Omit<Layout, "firstRow"> | undefined {
  const header = cells.map(normal);
  const placeOf = (named: string | undefined) =>
    named === undefined ? -1 : header.findIndex((column) => isColumn(named, column));
  const needed = [...format.time, format.end, ...(format.besides ?? []), format.only?.column];
  if (needed.some((named) => named !== undefined && placeOf(named) < 0)) return undefined;
  const values = valuesIn(header, format, wanted);
  if (values === undefined) return undefined;
  return {
    format,
    direction: values.direction,
    unit: unitNamed(/\b(kwh|wh|kw|w)\b/.exec(header[values.place] ?? "")?.[1]) ?? "kWh",
    column: cells[values.place] ?? "",
    places: {
      time: format.time.map(placeOf),
      end: placeOf(format.end),
      only: placeOf(format.only?.column),
      value: values.place,
      unit: header.findIndex((name) => name === "einheit" || name === "unit"),
    },
  };
}

function normal(cell: string): string {
  return cell.replaceAll(/\s+/g, " ").trim().toLowerCase();
}

/** The column of the values, and what they are. */
function valuesIn(
  header: readonly string[],
  format: PortalFormat,
  wanted: Wanted,
): { place: number; direction: Direction } | undefined {
  const asked = wanted.column === undefined ? undefined : normal(wanted.column);
  // A file of one direction often names its column as the other one's; then what the person says counts.
  const inOrder = format.values.toSorted(
    (a, b) => Number(b.direction === wanted.direction) - Number(a.direction === wanted.direction),
  );
  for (const { column, direction } of inOrder) {
    const place = header.findIndex(
      (name) => isColumn(column, name) && (asked === undefined || name.includes(asked)),
    );
    if (place >= 0) return { place, direction: wanted.direction ?? direction };
  }
  // A column that the format does not know, which a person has named.
  const place = asked === undefined ? -1 : header.findIndex((name) => name.includes(asked));
  return place < 0 ? undefined : { place, direction: wanted.direction ?? "import" };
}

export function unitNamed(text: string | undefined): Unit | undefined {
  return UNITS.find((unit) => unit.toLowerCase() === text?.trim().toLowerCase());
}
