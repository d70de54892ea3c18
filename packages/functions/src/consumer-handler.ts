import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createLate } from "@energylive/core/archive/late";
import type { Clock } from "@energylive/core/clock";
import { type ConsumerSummary, runConsumer } from "@energylive/core/consumer/run";
import { createMeasurementWriter } from "@energylive/core/consumer/writer";
import type { Log } from "@energylive/core/log";
import { parseQueueEvent } from "@energylive/core/queue/received";
import { createQueueSender } from "@energylive/core/queue/sender";
import type { ConsumerEnvironment } from "@energylive/core/settings/environment";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

import type { Invocation } from "./invocation.ts";
import { median } from "./median.ts";

/** Time kept before the function's deadline: to quarantine what was rejected, tell the profiler, and return what failed. */
const GIVE_BACK_RESERVE_MS = 10_000;
const SEND_RESERVE_MS = 4_000;

export interface ConsumerParts {
  environment: ConsumerEnvironment;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Called after every batch: writes metrics when deployed, updates the terminal on the embedded stack. */
  report: (summary: ConsumerSummary) => void;
}

/** A handler that lives as long as its process and keeps its connections between invocations. */
export function createConsumerHandler(parts: ConsumerParts) {
  const { environment, dynamodb, sqs, clock, random, log } = parts;
  const writer = createMeasurementWriter({
    dynamodb,
    table: environment.MEASUREMENTS_TABLE,
    clock,
    random,
    log,
  });

  const late = createLate({ dynamodb, table: environment.ALERTS_TABLE, clock });

  return async (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse> => {
    const messages = parseQueueEvent(event);
    const startedAt = clock.now();
    const endsAt = startedAt + invocation.getRemainingTimeInMillis();
    const sender = (queueUrl: string) =>
      createQueueSender({ sqs, queueUrl, clock, random, log, deadlineAt: endsAt - SEND_RESERVE_MS });
    const summary = await runConsumer(messages, {
      writer,
      dlq: sender(environment.MEASUREMENT_DLQ_URL),
      profiles: sender(environment.PROFILE_QUEUE_URL),
      longestDelay: environment.PROFILE_DELAY_SECONDS,
      late,
      sqs,
      queueUrl: environment.MEASUREMENT_QUEUE_URL,
      clock,
      log,
      deadlineAt: endsAt - GIVE_BACK_RESERVE_MS,
    });
    const { failedMessageIds, ingestLagsMs, ...counts } = summary;
    log.info({
      event: "consumer_finished",
      messages: messages.length,
      ...counts,
      failed: failedMessageIds.length,
      ingestLagMs: median(ingestLagsMs),
      durationMs: clock.now() - startedAt,
    });
    parts.report(summary);
    return { batchItemFailures: failedMessageIds.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
