/**
 * The profiler. The event source mapping of the profile queue invokes it with what the consumers stored. It computes the load
 * profiles of these quarter-hours from the measurements table: see core/src/profile/run.ts.
 */
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { logLevel, ProfilerEnvironment, parseEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB, createSqs } from "./clients.ts";
import { createProfilerHandler } from "./profiler-handler.ts";

const environment = parseEnvironment(ProfilerEnvironment, process.env);

export const handler = createProfilerHandler({
  environment,
  dynamodb: createDynamoDB(),
  sqs: createSqs(),
  clock: systemClock,
  random: Math.random,
  log: createLog({ level: logLevel(environment) }),
  report: () => {},
});
