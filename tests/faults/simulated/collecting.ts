import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";
import { createDynamoDB } from "@energylive/functions/clients";

import { services } from "../../support/services.ts";
import type { ProfileAccount } from "../checker/profiles.ts";
import { accountOfProfiles } from "../checker/profiles.ts";
import { collectProfiles } from "../runs/remains.ts";
import { startFetcher } from "./fetcher.ts";
import { NAMES, startPipeline } from "./pipeline.ts";
import { startProfiler } from "./profiler.ts";
import { startTables } from "./tables.ts";

const QUARTER_HOUR_MS = 900_000;

export interface SimulatedTime {
  /** Profiles written, for each device and quarter-hour. */
  writesPerQuarterHour: number;
  profiles: ProfileAccount;
}

/** Some hours of polls every five minutes, through fetcher, consumer and profiler. */
export async function simulateCollecting(devices: number, hours: number): Promise<SimulatedTime> {
  const quarterHours = 4 * hours;
  await using tables = await startTables();
  await using pipeline = await startPipeline({ tables: tables.endpoint });
  await using fetcher = await startFetcher(pipeline, devices, tables.endpoint);
  using profiler = startProfiler(pipeline);
  const { clock, queue, profiles } = pipeline;
  for (const endsAt = clock.now() + quarterHours * QUARTER_HOUR_MS; clock.now() < endsAt; ) {
    const { durationMs } = await fetcher.run();
    await clock.pass(DEFAULT_INTERVAL_SECONDS * 1000 - durationMs);
  }
  while (queue.messages.length + profiles.messages.length > 0) await clock.pass(1_000);
  const dynamodb = createDynamoDB(services.awsConfig(tables.endpoint));
  const evidence = await collectProfiles(dynamodb, NAMES);
  dynamodb.destroy();
  return {
    writesPerQuarterHour: profiler.written() / (devices * quarterHours),
    profiles: accountOfProfiles(evidence),
  };
}
