import { createLog } from "@energylive/core/log";
import type { ProfilerSummary } from "@energylive/core/profile/run";
import { ProfilerEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { PROFILE_MAPPING, PROFILER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createProfilerHandler } from "@energylive/functions/profiler-handler";
import { awsConfig } from "@energylive/local/services/loopback";
import { NOBODY } from "../../support/nobody.ts";
import { services } from "../../support/services.ts";
import { startSimulatedMapping } from "./mapping.ts";
import { NAMES, type SimulatedPipeline, STAGE } from "./pipeline.ts";

/** As many as Lambda starts with; the deployed mapping has no maximum. */
const CONCURRENCY = 5;

export interface SimulatedProfiler extends Disposable {
  /** Profiles written. */
  written(): number;
}

/** The real profiler behind the queue of a pipeline that keeps its measurements. */
export function startProfiler(pipeline: SimulatedPipeline): SimulatedProfiler {
  const { clock, profiles, dynamodbEndpoint, sqsEndpoint } = pipeline;
  const dynamodb = clock.watch(createDynamoDB(services.awsConfig(dynamodbEndpoint)));
  const sqs = clock.watch(createSqs(awsConfig(sqsEndpoint)));
  let written = 0;
  const handler = createProfilerHandler({
    ...NOBODY,
    environment: parseEnvironment(ProfilerEnvironment, {
      STAGE,
      ...tableVariables(NAMES),
      PROFILE_QUEUE_URL: `${sqsEndpoint}/0/${NAMES.profileQueue}`,
      PROFILE_DLQ_URL: `${sqsEndpoint}/0/${NAMES.profileDlq}`,
      CHANNEL_PATH: NAMES.channelPath,
    }),
    dynamodb,
    sqs,
    clock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    report: (summary: ProfilerSummary) => {
      written += summary.written;
    },
  });
  const mapping = startSimulatedMapping({
    clock,
    queue: profiles,
    settings: { ...PROFILE_MAPPING, maximumConcurrency: CONCURRENCY },
    handler(event) {
      const endsAt = clock.now() + PROFILER_TIMEOUT_SECONDS * 1000;
      return handler(event, { getRemainingTimeInMillis: () => endsAt - clock.now() });
    },
  });
  return {
    written: () => written,
    [Symbol.dispose]() {
      mapping.stop();
      for (const client of [dynamodb, sqs]) client.destroy();
    },
  };
}
