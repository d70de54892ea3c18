import type { TestProject } from "vitest/node";

import { evaluate } from "../../../tools/sst/evaluate.ts";
import { type Graph, SECRET } from "../../../tools/sst/graph.ts";
import { ensurePlatform } from "../../../tools/sst/platform.ts";

declare module "vitest" {
  interface ProvidedContext {
    graphs: { production: Graph; staging: Graph };
  }
}

/** Every setting that a stage can change, changed. */
export const STAGING_VARIABLES = {
  ENERGYLIVE_REGION: "eu-west-1",
  ENERGYLIVE_INTERVAL_SECONDS: "60",
  ENERGYLIVE_SHARDS: "3",
  ENERGYLIVE_POLL_CONCURRENCY: "50",
  ENERGYLIVE_POLL_TIMEOUT_MS: "5000",
  ENERGYLIVE_API_URL: "https://energylive.example/api/v1",
  ENERGYLIVE_TABLE_CAPACITY: "100",
  ENERGYLIVE_TABLE_CLASS: "infrequent-access",
  ENERGYLIVE_RETENTION_DAYS: "90",
  ENERGYLIVE_ARCHIVE_COLD_AFTER_DAYS: "60",
  ENERGYLIVE_BATCH_SIZE: "1000",
  ENERGYLIVE_MAXIMUM_CONCURRENCY: "4",
  ENERGYLIVE_LOG_LEVEL: "debug",
  ENERGYLIVE_LOG_RETENTION: "1 week",
  ENERGYLIVE_ALARM_DEVICES: "20",
  ENERGYLIVE_ALARM_EMAIL: "operator@example.com",
  ENERGYLIVE_NOTIFY_EMAIL: "people@example.com",
  ENERGYLIVE_DASHBOARD_URL: "https://energy.example.com",
};

/** Evaluates the app once for all tests: production without any setting or secret, and a stage with all of them. */
export default async function setup(project: TestProject): Promise<void> {
  await ensurePlatform((message) => process.stderr.write(`${message}\n`));
  const [production, staging] = await Promise.all([
    evaluate("production"),
    evaluate("staging", STAGING_VARIABLES, { secrets: { SST_SECRET_EnergyLiveApiKey: SECRET } }),
  ]);
  project.provide("graphs", { production, staging });
}
