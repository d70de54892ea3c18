import { type Point, timeOf } from "./point.ts";

/** So many times the usual distance between measurements may pass before a curve is interrupted: one missed, not two. */
const MISSED_INTERVALS = 2.5;

/** And so many bucket sizes: neighbouring buckets are one apart. */
const MISSED_BUCKETS = 1.5;

/** How many pairs of neighbours say what is usual. */
const SAMPLE = 500;

/** The longest distance between two neighbouring points that is no gap. */
export function longestStep(points: readonly Point[]): number {
  const intervals: number[] = [];
  const stride = Math.max(1, Math.floor(points.length / SAMPLE));
  for (let index = 1; index < points.length; index += stride) {
    const [previous, point] = [points[index - 1], points[index]];
    if (previous === undefined || point === undefined) continue;
    intervals.push((point.lastAt - previous.lastAt) / point.count);
  }
  const usual = intervals.sort((a, b) => a - b)[intervals.length >> 1] ?? Number.POSITIVE_INFINITY;
  const size = Math.max(0, ...sizesOf(points));
  return Math.max(MISSED_INTERVALS * usual, MISSED_BUCKETS * size);
}

function sizesOf(points: readonly Point[]): Set<number> {
  return new Set(points.map(({ size }) => size));
}

/** A curve for the chart: where `values` are null, it is interrupted. */
export interface Curve {
  x: number[];
  values: (Point | null)[];
}

/** The points with an interruption in each gap, in order of time. */
export function curveOf(points: readonly Point[], step = longestStep(points)): Curve {
  const x: number[] = [];
  const values: (Point | null)[] = [];
  let before: number | undefined;
  for (const point of points) {
    const at = timeOf(point);
    // Buckets of two sizes can meet: the later of two that overlap is left out for the moment that takes.
    if (before !== undefined && at <= before) continue;
    if (before !== undefined && at - before > step) {
      x.push((before + at) / 2);
      values.push(null);
    }
    x.push(at);
    values.push(point);
    before = at;
  }
  return { x, values };
}
