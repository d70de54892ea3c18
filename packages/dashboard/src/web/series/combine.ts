import { longestStep } from "./gaps.ts";
import { indexAt, type Point } from "./point.ts";

/**
 * One series from several: `fold` of the values that hold at each time. A value holds until the next measurement, for at
 * most as long as two neighbours may be apart; where one of the series has none, the result has none either, for an
 * unknown value is not zero.
 */
export function combine(
  series: readonly (readonly Point[])[],
  fold: (points: readonly Point[]) => Pick<Point, "min" | "max" | "mean" | "last">,
): Point[] {
  const steps = series.map((points) => longestStep(points));
  const starts = [...new Set(series.flatMap((points) => points.map(({ start }) => start)))].sort(
    (a, b) => a - b,
  );
  const combined: Point[] = [];
  for (const start of starts) {
    const held = series.map((points, index) => holding(points, start, steps[index] ?? 0));
    if (!held.every((point) => point !== undefined) || held.length === 0) continue;
    const size = Math.max(...held.map(({ size }) => size));
    const lastAt = Math.max(...held.map(({ lastAt }) => lastAt));
    // A count of two: it stands in the middle of its bucket, like all others that it is drawn with.
    combined.push({ start, size, lastAt, count: 2, ...fold(held) });
  }
  return combined;
}

function holding(points: readonly Point[], at: number, step: number): Point | undefined {
  const point = points[indexAt(points, at)];
  return point !== undefined && at - point.start <= step ? point : undefined;
}

export function sum(series: readonly (readonly Point[])[]): Point[] {
  return combine(series, (points) => ({
    min: total(points, ({ min }) => min),
    max: total(points, ({ max }) => max),
    mean: total(points, ({ mean }) => mean),
    last: total(points, ({ last }) => last),
  }));
}

/** The first minus the second. The bounds are those that both allow: within a bucket nothing says what met what. */
export function difference(minuend: readonly Point[], subtrahend: readonly Point[]): Point[] {
  return combine([minuend, subtrahend], ([a, b]) =>
    a === undefined || b === undefined
      ? { min: Number.NaN, max: Number.NaN, mean: Number.NaN, last: Number.NaN }
      : { min: a.min - b.max, max: a.max - b.min, mean: a.mean - b.mean, last: a.last - b.last },
  );
}

function total(points: readonly Point[], take: (point: Point) => number): number {
  return points.reduce((sum, point) => sum + take(point), 0);
}
