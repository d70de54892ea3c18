import type { Bucket } from "../contract.ts";
import type { Columns } from "./store.ts";

/**
 * Samples a series down to buckets of `bucketMs` that begin at multiples of it. Each keeps its smallest and largest
 * value, so a wide bucket hides no peak. A bucket without a value is left out.
 */
export function downsample({ times, values }: Columns, bucketMs: number): Bucket[] {
  const buckets: Bucket[] = [];
  let index = 0;
  while (index < times.length) {
    const start = Math.floor((times[index] ?? 0) / bucketMs) * bucketMs;
    const end = start + bucketMs;
    const first = index;
    let [minimum, maximum, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (; index < times.length && (times[index] ?? 0) < end; index += 1) {
      const value = values[index] ?? 0;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      sum += value;
    }
    const count = index - first;
    buckets.push([
      start,
      minimum,
      maximum,
      sum / count,
      values[index - 1] ?? 0,
      times[index - 1] ?? 0,
      count,
    ]);
  }
  return buckets;
}
