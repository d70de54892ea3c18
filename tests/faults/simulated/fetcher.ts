import { createDeviceRegistry } from "@energylive/core/device/registry";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import { ApiKey } from "@energylive/core/keys/api-key";
import { createLog } from "@energylive/core/log";
import { FetcherEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { FETCHER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import { awsConfig } from "@energylive/local/services/loopback";
import { DEFAULT_API_KEY, type SimulatedApi, startSimulatedApi } from "@energylive/simulator/server";

import { services } from "../../support/services.ts";
import { NAMES, type SimulatedPipeline, STAGE } from "./pipeline.ts";
import { startTables } from "./tables.ts";

/** The real fetcher with a simulated API, all under the pipeline's clock. */
export interface SimulatedFetcher extends AsyncDisposable {
  api: SimulatedApi;
  /** One run, how long it took, and how many devices it found to have stopped. */
  run(): Promise<FetcherResult & { durationMs: number; stopped: number }>;
}

export async function startFetcher(
  { clock, sqsEndpoint }: SimulatedPipeline,
  deviceCount: number,
  tablesEndpoint?: string,
): Promise<SimulatedFetcher> {
  await using resources = new AsyncDisposableStack();
  const endpoint = tablesEndpoint ?? resources.use(await startTables()).endpoint;
  const api = resources.use(await startSimulatedApi({ deviceCount, now: clock.now }));
  const dynamodb = clock.watch(createDynamoDB(services.awsConfig(endpoint)));
  const sqs = clock.watch(createSqs(awsConfig(sqsEndpoint)));
  resources.defer(() => [dynamodb, sqs].forEach((client) => void client.destroy()));
  const devices = createDeviceRegistry({ dynamodb, table: NAMES.devicesTable });
  for (const device_id of api.deviceIds) await devices.add({ device_id });
  let stopped = 0;
  const handler = createFetcherHandler({
    environment: parseEnvironment(FetcherEnvironment, {
      STAGE,
      DEVICES_TABLE: NAMES.devicesTable,
      MEASUREMENT_QUEUE_URL: `${sqsEndpoint}/0/${NAMES.measurementQueue}`,
      MEASUREMENT_DLQ_URL: `${sqsEndpoint}/0/${NAMES.measurementDlq}`,
      PROFILE_QUEUE_URL: `${sqsEndpoint}/0/${NAMES.profileQueue}`,
      ENERGYLIVE_API_URL: api.baseUrl,
      API_KEY_PATH: NAMES.apiKeyPath,
    }),
    dynamodb,
    sqs,
    keySource: async (name) => new ApiKey(name, DEFAULT_API_KEY),
    fetch: (url, init) => clock.during(() => fetchWhole(url, init)),
    clock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    report: (summary) => {
      stopped = summary.stopped;
    },
  });
  const owned = resources.move();
  return {
    api,
    async run() {
      const startedAt = clock.now();
      const endsAt = startedAt + FETCHER_TIMEOUT_SECONDS * 1000;
      let durationMs = 0;
      const running = handler({}, { getRemainingTimeInMillis: () => endsAt - clock.now() }).then((result) => {
        durationMs = clock.now() - startedAt;
        return result;
      });
      const result = await clock.until(running);
      return { ...result, durationMs, stopped };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The answer with its body: the simulated clock must stand still until all of it is there. */
async function fetchWhole(url: URL, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  return new Response(await response.arrayBuffer(), response);
}
