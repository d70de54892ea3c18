/**
 * The notifier. The event source mapping of the notification queue invokes it with what was opened and closed, and the command with
 * `{"test":["phone"]}`. It tells people: see core/src/notify/run.ts.
 */
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { createSend } from "@energylive/core/notify/send";
import { ssmChannelStore } from "@energylive/core/notify/store";
import { logLevel, NotifierEnvironment, parseEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB, createSns, createSqs, createSsm } from "./clients.ts";
import { createNotifierHandler } from "./notifier-handler.ts";

const environment = parseEnvironment(NotifierEnvironment, process.env);

export const handler = createNotifierHandler({
  environment,
  dynamodb: createDynamoDB(),
  sqs: createSqs(),
  channels: ssmChannelStore({ ssm: createSsm(), path: environment.CHANNEL_PATH }),
  send: createSend({ fetch, sns: createSns(), topicArn: environment.NOTIFICATION_TOPIC_ARN }),
  dashboardUrl: () => environment.ENERGYLIVE_DASHBOARD_URL,
  clock: systemClock,
  random: Math.random,
  log: createLog({ level: logLevel(environment) }),
});
