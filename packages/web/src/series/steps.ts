import type { Curve } from "./gaps.ts";
import type { Point } from "./point.ts";

/** A value, such as a price, holds until the next one: each begins a step, which ends where none follows. */
export function stepsOf(points: readonly Point[]): Curve {
  const x: number[] = [];
  const values: (Point | null)[] = [];
  for (const [index, point] of points.entries()) {
    x.push(point.start);
    values.push(point);
    const end = point.start + point.size;
    if (points[index + 1]?.start === end) continue;
    x.push(end, end + 1);
    values.push(point, null);
  }
  return { x, values };
}
