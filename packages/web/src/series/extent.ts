import type { Point } from "./point.ts";
import type { Range } from "./tiles.ts";

/** The extent of a series in a range, for the summary of a chart. */
export interface Extent {
  min: number;
  max: number;
  mean: number;
  count: number;
}

/** `undefined` if the range has no measurement. */
export function extentOf(points: readonly Point[], { from, to }: Range): Extent | undefined {
  let extent: Extent | undefined;
  for (const { start, size, min, max, mean, count } of points) {
    if (start + size <= from || start >= to) continue;
    if (extent === undefined) {
      extent = { min, max, mean, count };
      continue;
    }
    extent.count += count;
    extent.mean += ((mean - extent.mean) * count) / extent.count;
    extent.min = Math.min(extent.min, min);
    extent.max = Math.max(extent.max, max);
  }
  return extent;
}
