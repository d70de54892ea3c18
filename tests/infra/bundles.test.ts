import { describe, expect, inject, it } from "vitest";

import { startDeployedCollector } from "./support/collector.ts";

const { production, staging } = inject("graphs");

const KB = 1000;

/** What a cold start has to read and compile. */
const BUDGETS = {
  Fetcher: 600 * KB,
  Consumer: 450 * KB,
  Profiler: 950 * KB,
  PriceReader: 600 * KB,
  Reporter: 900 * KB,
  Archiver: 800 * KB,
};

const DEVICE = "I-10082023-01658401";

/** Its key is in SSM. */
const DEVICE_OF_OTHER_KEY = "I-10082023-01658402";

describe("the bundles", () => {
  it.each(Object.entries(BUDGETS))("stay below their budget: %s %i bytes", (name, budget) => {
    expect(production.bundles[name]).toBeGreaterThan(0);
    expect(production.bundles[name]).toBeLessThanOrEqual(budget);
    expect(staging.bundles[name]).toBe(production.bundles[name]);
  });

  it("are tested on the major version of Node.js that Lambda runs", () => {
    expect(process.versions.node).toMatch(/^24\./);
  });

  it("poll and store in bare Node.js processes that have nothing else installed", async () => {
    await using collector = await startDeployedCollector(staging, () => [
      { measurement: "0100010700", timestamp: 1_726_559_995_000, value: 138 },
    ]);
    const { fetcher, consumer } = collector;
    await collector.putDevice({ device_id: DEVICE });
    await collector.putDevice({ device_id: DEVICE_OF_OTHER_KEY, api_key: "second" });

    expect(await fetcher.invoke({ shard: { index: 0, total: 1 } })).toMatchObject({
      polled: 2,
      published: 2,
    });
    expect(await consumer.invoke(await collector.receive())).toEqual({ batchItemFailures: [] });
    expect(await collector.storedMeasurements()).toBe(2);
    const { profiler, prices, reporter, archiver } = collector;
    expect({
      Fetcher: fetcher.bundle.bytes,
      Consumer: consumer.bundle.bytes,
      Profiler: profiler.bundle.bytes,
      PriceReader: prices.bundle.bytes,
      Reporter: reporter.bundle.bytes,
      Archiver: archiver.bundle.bytes,
    }).toEqual(staging.bundles);
    for (const key of ["key-of-the-secret", "key-in-ssm"])
      expect(fetcher.output() + consumer.output()).not.toContain(key);
  });

  it("emit the metrics that alarms and dashboard use", async () => {
    await using collector = await startDeployedCollector(staging, () => []);
    await collector.fetcher.invoke({ shard: { index: 0, total: 1 } });
    await collector.consumer.invoke({ Records: [] });
    const lines = `${collector.fetcher.output()}${collector.consumer.output()}`
      .split("\n")
      .filter((line) => line !== "");
    const emitted = lines.map((line) => JSON.parse(line)).filter((line) => line._aws !== undefined);
    expect(emitted).toHaveLength(2);
    for (const { _aws, Stage } of emitted) {
      expect(Stage).toBe("staging");
      expect(_aws.CloudWatchMetrics).toMatchObject([{ Namespace: "EnergyLive", Dimensions: [["Stage"]] }]);
    }
  });
});
