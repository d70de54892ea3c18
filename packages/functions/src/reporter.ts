/** Sends the reports that are due, every morning: see core/src/report/run.ts. */
import { systemClock } from "@energylive/core/clock";
import { ssmSecrets } from "@energylive/core/keys/named-secrets";
import { createLog } from "@energylive/core/log";
import { parseChannel } from "@energylive/core/notify/channel";
import { createSend } from "@energylive/core/notify/send";
import { logLevel, parseEnvironment, ReporterEnvironment } from "@energylive/core/settings/environment";

import { createDynamoDB, createSns, createSsm } from "./clients.ts";
import { createReporterHandler } from "./reporter-handler.ts";

const environment = parseEnvironment(ReporterEnvironment, process.env);

export const handler = createReporterHandler({
  environment,
  dynamodb: createDynamoDB(),
  channels: ssmSecrets({ ssm: createSsm(), path: environment.CHANNEL_PATH, parse: parseChannel }),
  send: createSend({ fetch, sns: createSns(), topicArn: environment.NOTIFICATION_TOPIC_ARN }),
  isSimulated: false,
  clock: systemClock,
  log: createLog({ level: logLevel(environment) }),
});
