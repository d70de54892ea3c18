import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";
import { describe, expect, it } from "vitest";

import { startFetcher } from "./fetcher.ts";
import { startPipeline } from "./pipeline.ts";

const HOUR_MS = 3_600_000;
const INTERVAL_MS = DEFAULT_INTERVAL_SECONDS * 1000;
const DEVICES = 6;

describe("a table that takes a tenth of what arrives, for an hour (invariant 6)", () => {
  it("slows no poll down, moves nothing to the DLQ, and catches up afterwards", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline, DEVICES);
    const { clock, queue, dlq, table } = pipeline;

    const healthy = await fetcher.run();
    expect(healthy).toMatchObject({ polled: DEVICES, failed: 0 });
    await clock.pass(INTERVAL_MS - healthy.durationMs);
    expect(queue.messages).toEqual([]);
    const arrivalsPerSecond = healthy.published / DEFAULT_INTERVAL_SECONDS;

    table.limit(arrivalsPerSecond / 10);
    const depths: number[] = [];
    let published = healthy.published;
    for (const endsAt = clock.now() + HOUR_MS; clock.now() < endsAt; ) {
      const run = await fetcher.run();
      published += run.published;
      expect(run).toMatchObject({ polled: DEVICES, failed: 0, deferred: 0 });
      expect(run.durationMs).toBeLessThan(healthy.durationMs + 2_000);
      await clock.pass(INTERVAL_MS - run.durationMs);
      depths.push(queue.messages.length);
    }
    expect(depths).toEqual(depths.toSorted((a, b) => a - b));
    expect(depths.at(-1)).toBeGreaterThan(published / 2);
    expect(dlq.messages).toEqual([]);

    table.limit(Number.POSITIVE_INFINITY);
    const healedAt = clock.now();
    while (queue.messages.length > 0) await clock.pass(1_000);
    // No message rests for longer than it has waited so far.
    expect(clock.now() - healedAt).toBeLessThan(HOUR_MS);
    expect(table.items.size).toBe(published);
    expect(dlq.messages).toEqual([]);
  }, 60_000);
});
