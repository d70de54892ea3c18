import { localTime } from "../terminal/measurement-table.ts";

import { colours } from "../terminal/output.ts";
import type { Point } from "./series.ts";

const ROWS = 12;
const MOST_COLUMNS = 120;
const LEAST_COLUMNS = 10;

/** Rows between two that are named. */
const ROWS_PER_LABEL = 3;

/** Eighths of a cell, from below. */
const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** A longer wait than this many usual ones is a gap. */
const GAP_INTERVALS = 2.5;

/** What the rows stand for. */
interface Scale {
  low: number;
  high: number;
}

/** A series as columns of blocks over its time, with its range beside it. A time without measurements stays empty. */
export function plot(points: readonly Point[], options: { columns: number; unit: string }): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "Nothing is stored in that time.";
  const scale = scaleOf(points);
  const labels = labelsOf(scale, options.unit);
  const margin = Math.max(...labels.map((text) => text.length));
  const columns = Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, options.columns - margin - 3));
  const heights = columnValues(points, columns).map((value) => heightOf(value, scale));
  const rows = labels.map((text, row) => {
    const floor = (ROWS - 1 - row) * 8;
    const cells = heights.map((height) => BLOCKS[Math.max(0, Math.min(8, height - floor))]).join("");
    return `${colours.dim(`${text.padStart(margin)} ┤`)}${colours.green(cells.trimEnd())}`;
  });
  return [...rows, ...timeAxis(first.at, last.at, margin, columns)].join("\n");
}

/**
 * From zero where that is near: a height then is an amount. A register of millions, or a room between 19 and 21 °C,
 * would be a solid block: there the rows are the range that the series has.
 */
function scaleOf(points: readonly Point[]): Scale {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const range = most - least;
  if (range === 0)
    return least === 0 ? { low: 0, high: 1 } : { low: Math.min(0, least), high: Math.max(0, least) };
  if (least > 0 && least <= range) return { low: 0, high: most };
  if (most < 0 && -most <= range) return { low: least, high: 0 };
  return { low: least, high: most };
}

/** Eighths of a row; what was measured is seen, were it ever so little. */
function heightOf(value: number | undefined, { low, high }: Scale): number {
  return value === undefined ? 0 : Math.max(1, Math.round(((value - low) / (high - low)) * ROWS * 8));
}

/**
 * A value for each column's share of the time: the mean of what was measured in it, or what lies between its
 * neighbours; `undefined` in a gap.
 */
function columnValues(points: readonly Point[], columns: number): (number | undefined)[] {
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const widthMs = Math.max(1, (to - from) / columns);
  const sums = Array.from({ length: columns }, () => ({ sum: 0, count: 0 }));
  for (const { at, value } of points) {
    const cell = sums[Math.min(columns - 1, Math.floor((at - from) / widthMs))];
    if (cell === undefined) continue;
    cell.sum += value;
    cell.count += 1;
  }
  const longestMs = GAP_INTERVALS * usualIntervalMs(points);
  let next = 0;
  return sums.map(({ sum, count }, column) => {
    if (count > 0) return sum / count;
    const at = from + (column + 0.5) * widthMs;
    while ((points[next]?.at ?? Number.POSITIVE_INFINITY) < at) next += 1;
    const [before, after] = [points[next - 1], points[next]];
    if (before === undefined || after === undefined || after.at - before.at > longestMs) return undefined;
    return before.value + ((after.value - before.value) * (at - before.at)) / (after.at - before.at);
  });
}

/** The median, which a few gaps do not change. */
function usualIntervalMs(points: readonly Point[]): number {
  const intervals = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  return intervals.sort((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? 0;
}

/** The value at the top of every third row, and at the bottom of the last; with as many digits as tell them apart. */
function labelsOf({ low, high }: Scale, unit: string): string[] {
  const step = ((high - low) * ROWS_PER_LABEL) / ROWS;
  const decimals = Math.max(0, Math.min(12, 2 - Math.ceil(Math.log10(step))));
  const label = (value: number) => `${Number(value.toFixed(decimals))} ${unit}`.trim();
  return Array.from({ length: ROWS }, (_, row) => {
    if (row === ROWS - 1) return label(low);
    return row % ROWS_PER_LABEL === 0 ? label(high - (row / ROWS) * (high - low)) : "";
  });
}

function timeAxis(from: number, to: number, margin: number, columns: number): string[] {
  const [start, end] = [localTime(from), localTime(to)];
  const indent = " ".repeat(margin + 1);
  const axis = colours.dim(`${indent}└${"─".repeat(columns)}`);
  if (from === to) return [axis, colours.dim(`${indent} ${start}`)];
  // Too narrow for both: below each other, the later one at the right as its place is.
  const gap = columns - start.length - end.length;
  const times = gap > 0 ? [start + " ".repeat(gap) + end] : [start, end.padStart(columns)];
  return [axis, ...times.map((text) => colours.dim(`${indent} ${text}`))];
}
