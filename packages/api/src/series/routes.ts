import { wholeNumber } from "@energylive/core/whole-number";
import type { Hono } from "hono";
import * as z from "zod";

import type { SeriesTile } from "../contract.ts";
import { badRequest } from "../problem.ts";
import { deviceId, instant, measurementType, parseQuery } from "../query.ts";
import { downsample } from "./downsample.ts";
import type { SeriesStore } from "./store.ts";

const LEAST_BUCKET_MS = 1_000;
const MOST_BUCKET_MS = 366 * 86_400_000;

/** More than any screen has pixels. */
const MOST_BUCKETS = 10_000;

/** A longer range would cost too many reads and too much memory. */
const LONGEST_RANGE_MS = 3 * 366 * 86_400_000;

const MOST_PATIENCE_MS = 60_000;

const Query = z.object({
  device: deviceId,
  type: measurementType,
  from: instant,
  to: instant,
  bucket: wholeNumber(LEAST_BUCKET_MS, MOST_BUCKET_MS),
  patience: wholeNumber(0, MOST_PATIENCE_MS).optional(),
});

export function addSeriesRoutes(app: Hono, { series }: { series: SeriesStore }): void {
  app.get("/api/series", async (context) => {
    const { device, type, from, to, bucket, patience } = parseQuery(context, Query);
    if (from % bucket !== 0 || to % bucket !== 0)
      throw badRequest(`from and to are not multiples of bucket (${bucket})`);
    if (to <= from || (to - from) / bucket > MOST_BUCKETS)
      throw badRequest(`from and to do not span 1 to ${MOST_BUCKETS} buckets`);
    if (to - from > LONGEST_RANGE_MS) throw badRequest("from and to span more than three years");
    const isOld = to <= series.closedBefore();
    if (patience === undefined) {
      const buckets = downsample(await series.read(device, type, from, to), bucket);
      return context.json({ bucket, closed: isOld, buckets } satisfies SeriesTile);
    }
    const { completeFrom, ...columns } = await series.readSome(device, type, from, to, patience);
    // An incomplete bucket would have a wrong mean and could hide its peak.
    const complete_from = Math.ceil(completeFrom / bucket) * bucket;
    const isComplete = complete_from <= from;
    return context.json({
      bucket,
      closed: isOld && isComplete,
      ...(isComplete ? {} : { complete_from }),
      buckets: downsample(columns, bucket).filter(([start]) => start >= complete_from),
    } satisfies SeriesTile);
  });
}
