import { DEFAULT_ALERT_RULES } from "@energylive/core/alert/rule";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import { ApiKey } from "@energylive/core/keys/api-key";
import { createDynamoDB } from "@energylive/functions/clients";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";

import { CONCURRENCY } from "./bare-fetcher.ts";
import { stubConfig } from "./peer.ts";
import { processParts } from "./process-parts.ts";

/** Long enough for any run of the benchmark. */
const HOUR_MS = 3_600_000;

/** This project's fetcher as it is deployed: it scans the devices, validates, and writes each one's state. */
export function ourFetcher(endpoint: string): () => Promise<FetcherResult> {
  const handler = createFetcherHandler({
    environment: {
      LOG_LEVEL: "info",
      DEBUG: "false",
      STAGE: "bench",
      DEVICES_TABLE: "EnergyLiveDevices",
      MEASUREMENT_QUEUE_URL: `${endpoint}/queue`,
      MEASUREMENT_DLQ_URL: `${endpoint}/dlq`,
      PROFILE_QUEUE_URL: `${endpoint}/profiles`,
      PROFILE_DELAY_SECONDS: 0,
      ENERGYLIVE_ALERT_RULES: DEFAULT_ALERT_RULES,
      ENERGYLIVE_API_URL: `${endpoint}/api/v1`,
      API_KEY_PATH: "/energylive/bench/keys/",
      POLL_CONCURRENCY: CONCURRENCY,
      RETENTION_DAYS: 365,
      POLL_TIMEOUT_MS: 10_000,
    },
    dynamodb: createDynamoDB(stubConfig(endpoint)),
    keySource: async (name) => new ApiKey(name, "bench-key-0123456789"),
    fetch,
    ...processParts(endpoint),
  });
  return () => handler({}, { getRemainingTimeInMillis: () => HOUR_MS });
}
