/**
 * The consumer. The event source mapping of the measurement queue invokes it with a batch of messages. It stores their
 * measurements and answers which messages go back to the queue: see core/src/consumer/run.ts.
 */
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { ConsumerEnvironment, logLevel, parseEnvironment } from "@energylive/core/settings/environment";

import { createBatchDynamoDB, createSqs } from "./clients.ts";
import { createConsumerHandler } from "./consumer-handler.ts";
import { reportConsumer } from "./metrics.ts";

const environment = parseEnvironment(ConsumerEnvironment, process.env);

export const handler = createConsumerHandler({
  environment,
  dynamodb: createBatchDynamoDB(),
  sqs: createSqs(),
  clock: systemClock,
  random: Math.random,
  log: createLog({ level: logLevel(environment) }),
  report: reportConsumer(environment.STAGE),
});
