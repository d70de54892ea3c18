import Table from "cli-table3";
import stringWidth from "string-width";

import { colours } from "./output.ts";
import { terminalColumns } from "./wrap.ts";

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

const GAP = 2;

/** The narrowest column that is still readable. */
const LEAST_WIDTH = 8;

export interface Column {
  title: string;
  align?: "left" | "right";
  /** May be cut if the terminal is too narrow, and left out if nothing would be left of it. */
  shrinks?: true;
  /** Minimum width, so parts of one table line up. */
  least?: number;
}

/**
 * Rows below a header, without lines between them: for people and for `grep`.
 *
 * @param width of the terminal
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = terminalColumns(),
): string {
  const shown = fitting(columns, rows, width);
  const drawn = new Table({
    head: shown.map(({ column }) => colours.dim(column.title)),
    colAligns: shown.map(({ column: { align = "left" } }) => align),
    colWidths: shown.map(({ width }) => width),
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  drawn.push(...rows.map((row) => shown.map(({ at }) => row[at] ?? "")));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/**
 * The same for a table of plain text in parts: a hundred times as fast, for a hundred thousand rows.
 *
 * @param isFirst whether to write the header
 */
export function tablePiece(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  isFirst: boolean,
): string {
  const shown = fitting(columns, rows, terminalColumns());
  const line = (row: readonly string[]) =>
    shown
      .map(({ column, at, width }) => cellOf(row[at] ?? "", width, column.align))
      .join(" ".repeat(GAP))
      .trimEnd();
  const head = isFirst ? [colours.dim(line(columns.map(({ title }) => title)))] : [];
  return [...head, ...rows.map(line)].join("\n");
}

function cellOf(text: string, width: number, align: Column["align"]): string {
  if (text.length > width) return `${text.slice(0, width - 1)}…`;
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}

interface ShownColumn {
  column: Column;
  /** Its position in a row. */
  at: number;
  width: number;
}

/** As wide as the cells; on a terminal that is too narrow, the widest shrinkable column shrinks first. */
function fitting(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  most: number,
): ShownColumn[] {
  const all = columns.map((column, at) => ({ column, at, width: widthOf(column, at, rows) }));
  const excess = () => all.reduce((sum, { width }) => sum + GAP + width, -GAP) - most;
  while (excess() > 0) {
    const [widest] = all.filter(({ column }) => column.shrinks).sort((a, b) => b.width - a.width);
    if (widest === undefined) break;
    if (widest.width > LEAST_WIDTH) widest.width -= 1;
    else all.splice(all.indexOf(widest), 1);
  }
  return all;
}

function widthOf({ title, least = 0 }: Column, at: number, rows: readonly (readonly string[])[]): number {
  const own = Math.max(title.length, least);
  return rows.reduce((widest, row) => Math.max(widest, stringWidth(row[at] ?? "")), own);
}

/** Names and values in two columns. */
export function fields(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(
      ([name, value]) =>
        `${colours.dim(name.padEnd(width))}  ${value.replaceAll("\n", `\n${" ".repeat(width + 2)}`)}`,
    )
    .join("\n");
}
