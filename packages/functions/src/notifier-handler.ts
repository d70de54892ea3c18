import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createAlertStore } from "@energylive/core/alert/store";
import type { Clock } from "@energylive/core/clock";
import { createDeviceStore } from "@energylive/core/device/store";
import type { Log } from "@energylive/core/log";
import { runNotifier } from "@energylive/core/notify/run";
import type { Send } from "@energylive/core/notify/send";
import type { ChannelStore } from "@energylive/core/notify/store";
import { isTestEvent, type TestResult, testChannels } from "@energylive/core/notify/test-channels";
import { parseQueueEvent } from "@energylive/core/queue/received";
import { createQueueSender } from "@energylive/core/queue/sender";
import type { NotifierEnvironment } from "@energylive/core/settings/environment";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

import type { Invocation } from "./invocation.ts";

/** Time kept before the function's deadline: for the slowest channel, and to note what was told. */
const FINISH_RESERVE_MS = 45_000;
const SEND_RESERVE_MS = 4_000;

export interface NotifierParts {
  environment: NotifierEnvironment;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  channels: ChannelStore;
  send: Send;
  /** Of the page, where there is one. */
  dashboardUrl: () => string | undefined;
  clock: Clock;
  random: () => number;
  log: Log;
}

/** Tells people of alerts; asked by the command, it tries channels. */
export interface NotifierHandler {
  (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse>;
  (event: unknown, invocation: Invocation): Promise<SQSBatchResponse | TestResult[]>;
}

export function createNotifierHandler(parts: NotifierParts): NotifierHandler {
  const { environment, dynamodb, sqs, channels, send, clock, random, log } = parts;
  const alerts = createAlertStore({ dynamodb, table: environment.ALERTS_TABLE });
  const devices = createDeviceStore({ dynamodb, table: environment.DEVICES_TABLE });

  async function tell(event: unknown, invocation: Invocation): Promise<SQSBatchResponse> {
    const messages = parseQueueEvent(event);
    const startedAt = clock.now();
    const endsAt = startedAt + invocation.getRemainingTimeInMillis();
    const { failedMessageIds, ...counts } = await runNotifier(messages, {
      alerts,
      devices,
      channels,
      send,
      dashboardUrl: parts.dashboardUrl(),
      dlq: createQueueSender({
        sqs,
        queueUrl: environment.NOTIFICATION_DLQ_URL,
        clock,
        random,
        log,
        deadlineAt: endsAt - SEND_RESERVE_MS,
      }),
      sqs,
      queueUrl: environment.NOTIFICATION_QUEUE_URL,
      clock,
      log,
      deadlineAt: endsAt - FINISH_RESERVE_MS,
    });
    log.info({
      event: "notifier_finished",
      messages: messages.length,
      ...counts,
      failed: failedMessageIds.length,
      durationMs: clock.now() - startedAt,
    });
    return { batchItemFailures: failedMessageIds.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  function handle(event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse>;
  function handle(event: unknown, invocation: Invocation): Promise<SQSBatchResponse | TestResult[]>;
  async function handle(event: unknown, invocation: Invocation) {
    return isTestEvent(event) ? testChannels(event, { channels, send, clock }) : tell(event, invocation);
  }
  return handle;
}
