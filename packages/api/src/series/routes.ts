import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { PROFILE_TYPES } from "@energylive/core/profile/message";
import { QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";
import { QUEUE_SETTINGS } from "@energylive/core/settings/pipeline";
import { wholeNumber } from "@energylive/core/whole-number";
import type { Hono } from "hono";
import * as z from "zod";

import type { Bucket, SeriesTile } from "../contract.ts";
import { powerBuckets } from "../energy/quarter-hours.ts";
import type { EnergyReader } from "../energy/reader.ts";
import { badRequest } from "../problem.ts";
import { deviceId, instant, measurementType, parseQuery } from "../query.ts";
import { downsample } from "./downsample.ts";
import type { SeriesStore } from "./store.ts";

const LEAST_BUCKET_MS = 1_000;
const MOST_BUCKET_MS = 366 * 86_400_000;

/** More than any screen has pixels. */
const MOST_BUCKETS = 10_000;

/** A longer range of raw measurements would cost too many reads and too much memory. */
const LONGEST_RAW_MS = 7 * 86_400_000;
const LONGEST_RANGE_MS = 4 * 366 * 86_400_000;

/** A message stays in the queue no longer than this, so older data is complete. */
const OPEN_MS = QUEUE_SETTINGS.retentionSeconds * 1000;

const Query = z.object({
  device: deviceId,
  type: measurementType,
  from: instant,
  to: instant,
  bucket: wholeNumber(LEAST_BUCKET_MS, MOST_BUCKET_MS),
});

interface SeriesParts {
  series: SeriesStore;
  energy: EnergyReader;
  registry: DeviceRegistry;
  clock: Clock;
}

export function addSeriesRoutes(app: Hono, { series, energy, registry, clock }: SeriesParts): void {
  app.get("/api/series", async (context) => {
    const { device, type, from, to, bucket } = parseQuery(context, Query);
    if (from % bucket !== 0 || to % bucket !== 0)
      throw badRequest(`from and to are not multiples of bucket (${bucket})`);
    if (to <= from || (to - from) / bucket > MOST_BUCKETS)
      throw badRequest(`from and to do not span 1 to ${MOST_BUCKETS} buckets`);
    if (to - from > LONGEST_RANGE_MS) throw badRequest("from and to span more than four years");
    return context.json({
      bucket,
      closed: to <= clock.now() - OPEN_MS,
      buckets: isProfiled(type, bucket)
        ? await profiled(device, type, from, to, bucket)
        : await raw(device, type, from, to, bucket),
    } satisfies SeriesTile);
  });

  async function profiled(
    device_id: string,
    type: string,
    from: number,
    to: number,
    bucket: number,
  ): Promise<Bucket[]> {
    const device = (await registry.find(device_id))?.device ?? { device_id };
    const profiles = await energy.profiles(device, { from, to });
    return powerBuckets(profiles, type === PROFILE_TYPES.drawn ? "drawn" : "fed_in", { from, to, bucket });
  }

  async function raw(
    device: string,
    type: string,
    from: number,
    to: number,
    bucket: number,
  ): Promise<Bucket[]> {
    if (to - from > LONGEST_RAW_MS)
      throw badRequest("from and to span more than seven days of raw measurements: /api/csv has them all");
    return downsample(await series.read(device, type, from, to), bucket);
  }
}

/** Power in buckets of whole quarter-hours is in the load profile. */
function isProfiled(type: string, bucket: number): boolean {
  const isPower = type === PROFILE_TYPES.drawn || type === PROFILE_TYPES.fedIn;
  return isPower && bucket % QUARTER_HOUR_MS === 0;
}
