/**
 * The profiler. The event source mapping of the profile queue invokes it with what the consumers stored. It computes the load
 * profiles of these quarter-hours from the measurements table: see core/src/profile/run.ts. What people are to be
 * told of comes through the same queue: see core/src/notify/run.ts.
 */
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { createSend } from "@energylive/core/notify/send";
import { ssmChannelStore } from "@energylive/core/notify/store";
import { logLevel, ProfilerEnvironment, parseEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB, createSns, createSqs, createSsm } from "./clients.ts";
import { createProfilerHandler } from "./profiler-handler.ts";

const environment = parseEnvironment(ProfilerEnvironment, process.env);

export const handler = createProfilerHandler({
  environment,
  dynamodb: createDynamoDB(),
  sqs: createSqs(),
  channels: ssmChannelStore({ ssm: createSsm(), path: environment.CHANNEL_PATH }),
  send: createSend({ fetch, sns: createSns(), topicArn: environment.NOTIFICATION_TOPIC_ARN }),
  dashboardUrl: () => environment.ENERGYLIVE_DASHBOARD_URL,
  clock: systemClock,
  random: Math.random,
  log: createLog({ level: logLevel(environment) }),
  report: () => {},
});
