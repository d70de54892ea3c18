import type { Bucket } from "@energylive/api/contract";

/** A bucket with its size, so one curve can mix sizes. */
export interface Point {
  start: number;
  size: number;
  min: number;
  max: number;
  mean: number;
  last: number;
  lastAt: number;
  count: number;
}

export function pointOf([start, min, max, mean, last, lastAt, count]: Bucket, size: number): Point {
  return { start, size, min, max, mean, last, lastAt, count };
}

/** Its place on the time axis: a single measurement at its own time, several in the middle of their bucket. */
export function timeOf({ start, size, lastAt, count }: Point): number {
  return count === 1 ? lastAt : start + size / 2;
}

/**
 * Merges points into larger buckets; keeps each minimum and maximum.
 *
 * @param startOf where the bucket of a time begins: at a multiple of its size, unless said otherwise
 */
export function mergePoints(
  points: readonly Point[],
  size: number,
  startOf = (at: number) => Math.floor(at / size) * size,
): Point[] {
  const merged: Point[] = [];
  for (const point of points) {
    const start = startOf(point.start);
    const open = merged.at(-1);
    if (open?.start === start) addTo(open, point);
    else merged.push({ ...point, start, size });
  }
  return merged;
}

/** Adds `point`, which is later, to `open`. */
export function addTo(open: Point, point: Point): void {
  const count = open.count + point.count;
  open.min = Math.min(open.min, point.min);
  open.max = Math.max(open.max, point.max);
  open.mean += ((point.mean - open.mean) * point.count) / count;
  open.count = count;
  if (point.lastAt >= open.lastAt) {
    open.last = point.last;
    open.lastAt = point.lastAt;
  }
}

/** The index of the last point that starts at or before `at`, or -1. */
export function indexAt(points: readonly Point[], at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const point = points[middle];
    if (point !== undefined && point.start <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
