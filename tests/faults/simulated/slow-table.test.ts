import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDeviceStore } from "@energylive/core/device/store";
import { ApiKey } from "@energylive/core/keys/api-key";
import { createLog } from "@energylive/core/log";
import { FetcherEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { DEFAULT_INTERVAL_SECONDS, FETCHER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import { awsConfig } from "@energylive/local/services/loopback";
import { DEFAULT_API_KEY, startSimulatedApi } from "@energylive/local/simulator/server";
import { describe, expect, it } from "vitest";

import { services } from "../../support/services.ts";
import { NAMES, type SimulatedPipeline, STAGE, startPipeline } from "./pipeline.ts";

const HOUR_MS = 3_600_000;
const INTERVAL_MS = DEFAULT_INTERVAL_SECONDS * 1000;
const DEVICES = 6;

/** The real fetcher with a simulated API, all under the pipeline's clock. */
async function startFetcher({ clock, sqsEndpoint }: SimulatedPipeline) {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const tables = await services.startDynamoDB({ folder, names: NAMES });
  resources.defer(() => tables.stop());
  const api = resources.use(await startSimulatedApi({ deviceCount: DEVICES, now: clock.now }));
  const dynamodb = clock.watch(createDynamoDB(services.awsConfig(tables.endpoint)));
  const sqs = clock.watch(createSqs(awsConfig(sqsEndpoint)));
  resources.defer(() => [dynamodb, sqs].forEach((client) => void client.destroy()));
  const devices = createDeviceStore({ dynamodb, table: NAMES.devicesTable });
  for (const device_id of api.deviceIds) await devices.add({ device_id });
  const handler = createFetcherHandler({
    environment: parseEnvironment(FetcherEnvironment, {
      STAGE,
      DEVICES_TABLE: NAMES.devicesTable,
      MEASUREMENT_QUEUE_URL: `${sqsEndpoint}/0/${NAMES.measurementQueue}`,
      MEASUREMENT_DLQ_URL: `${sqsEndpoint}/0/${NAMES.measurementDlq}`,
      ENERGYLIVE_API_URL: api.baseUrl,
      API_KEY_PATH: NAMES.apiKeyPath,
    }),
    dynamodb,
    sqs,
    keySource: async (name) => new ApiKey(name, DEFAULT_API_KEY),
    // The body too is read while the time stands still.
    fetch: (url, init) =>
      clock.during(async () => {
        const response = await fetch(url, init);
        return new Response(await response.arrayBuffer(), response);
      }),
    clock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    report: () => {},
  });
  const owned = resources.move();
  return {
    /** One run, and how long it took. */
    async run() {
      const startedAt = clock.now();
      const endsAt = startedAt + FETCHER_TIMEOUT_SECONDS * 1000;
      let durationMs = 0;
      const running = handler({}, { getRemainingTimeInMillis: () => endsAt - clock.now() }).then((result) => {
        durationMs = clock.now() - startedAt;
        return result;
      });
      const result = await clock.until(running);
      return { ...result, durationMs };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

describe("a table that takes a tenth of what arrives, for an hour (invariant 6)", () => {
  it("slows no poll down, moves nothing to the DLQ, and is caught up with afterwards", async () => {
    await using pipeline = await startPipeline();
    await using fetcher = await startFetcher(pipeline);
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
