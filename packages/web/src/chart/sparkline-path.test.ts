import { describe, expect, it } from "vitest";

import { pointOf } from "../series/point.ts";
import { sparklinePaths } from "./sparkline-path.ts";

const BUCKET = 900_000;
const RANGE = { from: 0, to: 10 * BUCKET };
const buckets = (values: (number | undefined)[]) =>
  values.flatMap((value, index) => {
    const start = index * BUCKET;
    return value === undefined
      ? []
      : [pointOf([start, value, value, value, value, start + BUCKET - 1, 9], BUCKET)];
  });
const pieces = (path: string) => path.split("M").length - 1;

describe("a sparkline", () => {
  it("leaves a gap where measurements are missing", () => {
    const paths = sparklinePaths(buckets([1, 2, 3, undefined, undefined, 4, 5, 6]), RANGE, 100, 50);
    expect(pieces(paths.line)).toBe(2);
    expect(pieces(paths.drawn)).toBe(2);
  });

  it("puts zero in between when power is drawn and fed in, and at the bottom when it is only drawn", () => {
    expect(sparklinePaths(buckets([300, -100]), RANGE, 100, 40).zeroY).toBe(30);
    expect(sparklinePaths(buckets([300, 100]), RANGE, 100, 40).zeroY).toBe(40);
  });

  it("draws a day of zeros, a lone value and nothing at all", () => {
    for (const values of [[0, 0, 0], [5], []]) {
      expect(JSON.stringify(sparklinePaths(buckets(values), RANGE, 100, 40))).not.toMatch(/NaN|Infinity/);
    }
    expect(sparklinePaths(buckets([5]), RANGE, 100, 40).line).toContain("L");
  });
});
