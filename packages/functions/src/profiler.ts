/**
 * The profiler. The event source mapping of the profile queue invokes it with what the consumers stored. It computes the load
 * profiles of these quarter-hours from the measurements table: see core/src/profile/run.ts. What people are to be
 * told of comes through the same queue: see core/src/notify/run.ts.
 */
import { systemClock } from "@energylive/core/clock";
import { ssmSecrets } from "@energylive/core/keys/named-secrets";
import { createLog } from "@energylive/core/log";
import { parseChannel } from "@energylive/core/notify/channel";
import { createSend } from "@energylive/core/notify/send";
import { logLevel, ProfilerEnvironment, parseEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB, createSns, createSqs, createSsm } from "./clients.ts";
import { createProfilerHandler } from "./profiler-handler.ts";

const environment = parseEnvironment(ProfilerEnvironment, process.env);

export const handler = createProfilerHandler({
  environment,
  dynamodb: createDynamoDB(),
  sqs: createSqs(),
  channels: ssmSecrets({ ssm: createSsm(), path: environment.CHANNEL_PATH, parse: parseChannel }),
  send: createSend({ fetch, sns: createSns(), topicArn: environment.NOTIFICATION_TOPIC_ARN }),
  dashboardUrl: () => environment.ENERGYLIVE_DASHBOARD_URL,
  clock: systemClock,
  random: Math.random,
  log: createLog({ level: logLevel(environment) }),
  report: () => {},
});
