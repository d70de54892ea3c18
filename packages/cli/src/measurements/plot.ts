import { localTime } from "@energylive/local/terminal/measurement-table";

import { colours } from "../terminal/output.ts";
import type { Point } from "./series.ts";

const ROWS = 12;
const MOST_COLUMNS = 120;

/** Eighths of a cell, from below. */
const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A series as columns of blocks over its time, with its range beside it. A time without a measurement stays empty. */
export function plot(points: readonly Point[], options: { columns: number; unit: string }): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "Nothing is stored in that time.";
  const values = points.map(({ value }) => value);
  const low = Math.min(0, ...values);
  const high = Math.max(...values, low + Number.EPSILON);
  const labels = Array.from({ length: ROWS }, (_, row) => label(row, low, high, options.unit));
  const margin = Math.max(...labels.map((text) => text.length));
  const columns = Math.max(10, Math.min(MOST_COLUMNS, options.columns - margin - 3));
  const heights = columnMeans(points, first.at, last.at, columns).map((value) =>
    value === undefined ? 0 : Math.max(1, Math.round(((value - low) / (high - low)) * ROWS * 8)),
  );
  const rows = labels.map((text, row) => {
    const floor = (ROWS - 1 - row) * 8;
    const cells = heights.map((height) => BLOCKS[Math.max(0, Math.min(8, height - floor))]).join("");
    return `${colours.dim(`${text.padStart(margin)} ┤`)}${colours.green(cells.trimEnd())}`;
  });
  return [...rows, ...timeAxis(first.at, last.at, margin, columns)].join("\n");
}

/** The mean of each column's share of the time; `undefined` where nothing was measured. */
function columnMeans(
  points: readonly Point[],
  from: number,
  to: number,
  columns: number,
): (number | undefined)[] {
  const sums = Array.from({ length: columns }, () => ({ sum: 0, count: 0 }));
  for (const { at, value } of points) {
    const column = to === from ? 0 : Math.min(columns - 1, Math.floor(((at - from) / (to - from)) * columns));
    const cell = sums[column];
    if (cell === undefined) continue;
    cell.sum += value;
    cell.count += 1;
  }
  return sums.map(({ sum, count }) => (count === 0 ? undefined : sum / count));
}

/** Every third row is named by the value at its top. */
function label(row: number, low: number, high: number, unit: string): string {
  if (row % 3 !== 0 && row !== ROWS - 1) return "";
  const value = row === ROWS - 1 ? low : high - (row / ROWS) * (high - low);
  return `${Number(value.toPrecision(4))} ${unit}`.trim();
}

function timeAxis(from: number, to: number, margin: number, columns: number): string[] {
  const [start, end] = [localTime(from), localTime(to)];
  const gap = " ".repeat(Math.max(1, columns - start.length - end.length));
  const indent = " ".repeat(margin + 1);
  return [
    colours.dim(`${indent}└${"─".repeat(columns)}`),
    colours.dim(`${indent} ${from === to ? start : start + gap + end}`),
  ];
}
