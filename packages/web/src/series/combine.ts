import { isGapAfter } from "./gaps.ts";
import { indexAt, type Point } from "./point.ts";

type Values = Pick<Point, "min" | "max" | "mean" | "last">;

/** The sum, at every time of any series. */
export function sum(series: readonly (readonly Point[])[]): Point[] {
  return combine(series, startsOf(series), (points) => ({
    min: total(points, ({ min }) => min),
    max: total(points, ({ max }) => max),
    mean: total(points, ({ mean }) => mean),
    last: total(points, ({ last }) => last),
  }));
}

/** The first minus the second, at every time of either. */
export function difference(minuend: readonly Point[], subtrahend: readonly Point[]): Point[] {
  const series = [minuend, subtrahend];
  return combine(series, startsOf(series), subtract);
}

/** Drawn minus fed-in power of one meter, at the times of the drawn power. The meter sends both together. */
export function netOf(drawn: readonly Point[], fedIn: readonly Point[]): Point[] {
  return combine([drawn, fedIn], startsOf([drawn]), subtract);
}

/**
 * Combines series with `fold` at each of `starts`. A value holds until the next measurement, but not across a gap. If one
 * series has no value, the result has none: unknown is not zero.
 */
function combine(
  series: readonly (readonly Point[])[],
  starts: readonly number[],
  fold: (points: readonly Point[]) => Values,
): Point[] {
  const combined: Point[] = [];
  for (const start of starts) {
    const held = series.map((points) => holding(points, start));
    if (!held.every((point) => point !== undefined)) continue;
    const size = Math.max(...held.map(({ size }) => size));
    const lastAt = Math.max(...held.map(({ lastAt }) => lastAt));
    // A count of two puts it in the middle of its bucket, like the others it is drawn with.
    combined.push({ start, size, lastAt, count: 2, ...fold(held) });
  }
  return combined;
}

function startsOf(series: readonly (readonly Point[])[]): number[] {
  return [...new Set(series.flatMap((points) => points.map(({ start }) => start)))].sort((a, b) => a - b);
}

function holding(points: readonly Point[], at: number): Point | undefined {
  const index = indexAt(points, at);
  const point = points[index];
  return point === undefined || isGapAfter(points, index, at - point.start) ? undefined : point;
}

/** The widest bounds possible: a bucket does not say which values coincided. */
function subtract([a, b]: readonly Point[]): Values {
  if (a === undefined || b === undefined) throw new RangeError("a difference is of two");
  return { min: a.min - b.max, max: a.max - b.min, mean: a.mean - b.mean, last: a.last - b.last };
}

function total(points: readonly Point[], take: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + take(point), 0);
}
