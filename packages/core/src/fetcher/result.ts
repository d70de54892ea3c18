import * as z from "zod";

/** What a fetcher run did. `polled`, `failed`, `skipped` and `deferred` add up to the devices of the shard. */
export const FetcherResult = z.object({
  polled: z.number(),
  /** The poll failed, or the device's item is invalid. */
  failed: z.number(),
  /** Disabled, not due, or backing off. */
  skipped: z.number(),
  /** Due, but no time was left: first in line at the next run. */
  deferred: z.number(),
  published: z.number(),
  unchanged: z.number(),
  quarantined: z.number(),
});
export type FetcherResult = z.infer<typeof FetcherResult>;

/** A run as shown on the pipeline page. */
export const FetcherRun = z.object({
  shard: z.object({ index: z.int(), total: z.int() }),
  /** Epoch milliseconds: when it started. */
  at: z.number(),
  duration_ms: z.number(),
  ...FetcherResult.shape,
});
export type FetcherRun = z.infer<typeof FetcherRun>;
