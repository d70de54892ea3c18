import fc from "fast-check";
import { expect, it } from "vitest";

import { downsample } from "./downsample.ts";

it("hides no peak and loses no measurement, whatever the bucket", () => {
  const series = fc.uniqueArray(
    fc.tuple(fc.nat(100_000), fc.double({ noNaN: true, min: -1e12, max: 1e12 })),
    {
      selector: ([at]) => at,
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(series, fc.integer({ min: 1, max: 60_000 }), (points, bucketMs) => {
      points.sort(([a], [b]) => a - b);
      const columns = {
        times: points.map(([at]) => at),
        values: points.map(([, value]) => value),
      };
      const buckets = downsample(columns, bucketMs);
      const starts = buckets.map(([start]) => start);
      expect(starts).toEqual([...new Set(points.map(([at]) => at - (at % bucketMs)))]);
      for (const [at, value] of points) {
        const bucket = buckets.find(([start]) => start <= at && at < start + bucketMs);
        expect(bucket?.[1]).toBeLessThanOrEqual(value);
        expect(bucket?.[2]).toBeGreaterThanOrEqual(value);
      }
      for (const [start, minimum, maximum, mean, last, lastAt] of buckets) {
        const inside = points.filter(([at]) => at >= start && at < start + bucketMs);
        expect([lastAt, last]).toEqual(inside.at(-1));
        expect(inside.map(([, value]) => value)).toEqual(expect.arrayContaining([minimum, maximum]));
        expect(mean).toBeGreaterThanOrEqual(minimum - Math.abs(minimum) * 1e-9);
        expect(mean).toBeLessThanOrEqual(maximum + Math.abs(maximum) * 1e-9);
      }
      expect(buckets.reduce((sum, [, , , , , , count]) => sum + count, 0)).toBe(points.length);
    }),
  );
});
