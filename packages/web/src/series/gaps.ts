import { type Point, timeOf } from "./point.ts";

/** So many times the usual distance between measurements may pass before a curve is interrupted: one missed, not two. */
const MISSED_INTERVALS = 2.5;

/** And so many bucket sizes: neighbouring buckets are one apart. */
const MISSED_BUCKETS = 1.5;

/** So many neighbours on each side say what is usual: a device may have been polled more seldom before. */
const NEIGHBOURS = 5;

/** Whether a time of `distance` after the point at `index` without another is a gap. */
export function isGapAfter(points: readonly Point[], index: number, distance: number): boolean {
  const size = Math.max(points[index]?.size ?? 0, points[index + 1]?.size ?? 0);
  return distance > MISSED_BUCKETS * size && distance > MISSED_INTERVALS * usualInterval(points, index);
}

/** The median distance between measurements around a point; where gaps and measurements alternate, the shorter. */
function usualInterval(points: readonly Point[], around: number): number {
  const intervals: number[] = [];
  const last = Math.min(points.length - 1, around + NEIGHBOURS);
  for (let index = Math.max(1, around - NEIGHBOURS + 1); index <= last; index += 1) {
    const [previous, point] = [points[index - 1], points[index]];
    if (previous === undefined || point === undefined) continue;
    intervals.push((point.lastAt - previous.lastAt) / point.count);
  }
  return intervals.sort((a, b) => a - b)[(intervals.length - 1) >> 1] ?? Number.POSITIVE_INFINITY;
}

/** A curve for the chart: where `values` are null, it is interrupted. */
export interface Curve {
  x: number[];
  values: (Point | null)[];
}

/** The points with an interruption in each gap, in order of time. */
export function curveOf(points: readonly Point[]): Curve {
  const x: number[] = [];
  const values: (Point | null)[] = [];
  let before: number | undefined;
  for (const [index, point] of points.entries()) {
    const at = timeOf(point);
    // Buckets of two sizes can meet: the later of two that overlap is left out for the moment that takes.
    if (before !== undefined && at <= before) continue;
    if (before !== undefined && isGapAfter(points, index - 1, at - before)) {
      x.push((before + at) / 2);
      values.push(null);
    }
    x.push(at);
    values.push(point);
    before = at;
  }
  return { x, values };
}
