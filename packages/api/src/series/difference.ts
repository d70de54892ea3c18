import type { Columns } from "./columns.ts";

/**
 * One series minus the other, at every time of either. Between measurements a series keeps its last value; before its first
 * one it counts as zero.
 */
export function difference(a: Columns, b: Columns): Columns {
  const times: number[] = [];
  const values: number[] = [];
  let [inA, inB, lastA, lastB] = [0, 0, 0, 0];
  while (inA < a.times.length || inB < b.times.length) {
    const at = Math.min(a.times[inA] ?? Number.POSITIVE_INFINITY, b.times[inB] ?? Number.POSITIVE_INFINITY);
    if (a.times[inA] === at) {
      lastA = a.values[inA] ?? 0;
      inA += 1;
    }
    if (b.times[inB] === at) {
      lastB = b.values[inB] ?? 0;
      inB += 1;
    }
    times.push(at);
    values.push(lastA - lastB);
  }
  return { times: Float64Array.from(times), values: Float64Array.from(values) };
}
