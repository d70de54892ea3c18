import { type Point, timeOf } from "./point.ts";

/** A curve breaks after this many usual intervals: one missed poll is fine, two are not. */
const MISSED_INTERVALS = 2.5;

/** In buckets, likewise: neighbours are one apart. */
const MISSED_BUCKETS = 1.5;

/** This many neighbours on each side tell the usual interval, because it may have changed. */
const NEIGHBOURS = 5;

/** Whether `distance` after the point at `index` is a gap. */
export function isGapAfter(points: readonly Point[], index: number, distance: number): boolean {
  const size = Math.max(points[index]?.size ?? 0, points[index + 1]?.size ?? 0);
  return distance > MISSED_BUCKETS * size && distance > MISSED_INTERVALS * usualInterval(points, index);
}

/** The median interval around a point; the shorter one if gaps and measurements alternate. */
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

/** A curve for the chart; it breaks where `values` are null. */
export interface Curve {
  x: number[];
  values: (Point | null)[];
}

/** The points in order of time, with a break in each gap. */
export function curveOf(points: readonly Point[]): Curve {
  const x: number[] = [];
  const values: (Point | null)[] = [];
  let before: number | undefined;
  for (const [index, point] of points.entries()) {
    const at = timeOf(point);
    // Buckets of two sizes can overlap while tiles load: leave out the later one.
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
