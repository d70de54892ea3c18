import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { FactSources } from "@energylive/core/alert/facts";
import { createAlertStore } from "@energylive/core/alert/store";
import { createLate } from "@energylive/core/archive/late";
import type { Clock } from "@energylive/core/clock";
import { createDeviceStore } from "@energylive/core/device/store";
import type { Log } from "@energylive/core/log";
import { createPointReader } from "@energylive/core/measurement/points";
import type { ChannelStore } from "@energylive/core/notify/channel";
import { isEvent } from "@energylive/core/notify/message";
import { tellPeople } from "@energylive/core/notify/run";
import type { Send } from "@energylive/core/notify/send";
import { isTestEvent, type TestResult, testChannels } from "@energylive/core/notify/test-channels";
import { createPriceStore } from "@energylive/core/price/store";
import { type ProfilerSummary, runProfiler } from "@energylive/core/profile/run";
import { createProfileStore } from "@energylive/core/profile/store";
import { parseQueueEvent } from "@energylive/core/queue/received";
import { createQueueSender } from "@energylive/core/queue/sender";
import type { ProfilerEnvironment } from "@energylive/core/settings/environment";
import { createTariffStore } from "@energylive/core/tariff/store";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

import type { Invocation } from "./invocation.ts";

/** Time kept before the function's deadline: to finish what was begun, and to return what failed. */
const FINISH_RESERVE_MS = 20_000;
const SEND_RESERVE_MS = 4_000;

/** For a mail, which has steps of ten seconds each. */
const TELL_RESERVE_MS = 45_000;

export interface ProfilerParts {
  environment: ProfilerEnvironment;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  channels: ChannelStore;
  send: Send;
  /** Of the page, where there is one. */
  dashboardUrl: () => string | undefined;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Called after every batch. */
  report: (summary: ProfilerSummary) => void;
}

/** Computes load profiles, opens and closes alerts, and tells people of them; asked by the command, it tries channels. */
export interface ProfilerHandler {
  (event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse>;
  (event: unknown, invocation: Invocation): Promise<SQSBatchResponse | TestResult[]>;
}

/** A handler that lives as long as its process and keeps its connections between invocations. */
export function createProfilerHandler(parts: ProfilerParts): ProfilerHandler {
  const { environment, dynamodb, sqs, channels, send, clock, random, log } = parts;
  const points = createPointReader({ dynamodb, table: environment.MEASUREMENTS_TABLE });
  const late = createLate({ dynamodb, table: environment.ALERTS_TABLE, clock });
  const profiles = createProfileStore({ dynamodb, table: environment.PROFILES_TABLE, late });
  const sources: FactSources = {
    points,
    profiles,
    prices: createPriceStore({ dynamodb, table: environment.PRICES_TABLE }),
    tariffs: createTariffStore({ dynamodb, table: environment.TARIFFS_TABLE }),
  };
  const alerts = createAlertStore({ dynamodb, table: environment.ALERTS_TABLE });
  const devices = createDeviceStore({ dynamodb, table: environment.DEVICES_TABLE });

  async function work(event: unknown, invocation: Invocation): Promise<SQSBatchResponse> {
    const messages = parseQueueEvent(event);
    const startedAt = clock.now();
    const endsAt = startedAt + invocation.getRemainingTimeInMillis();
    const sender = (queueUrl: string) =>
      createQueueSender({ sqs, queueUrl, clock, random, log, deadlineAt: endsAt - SEND_RESERVE_MS });
    const shared = {
      devices,
      dlq: sender(environment.PROFILE_DLQ_URL),
      sqs,
      queueUrl: environment.PROFILE_QUEUE_URL,
      clock,
      log,
    };
    const { events = [], ranges = [] } = Object.groupBy(messages, ({ body }) =>
      isEvent(body) ? "events" : "ranges",
    );
    const summary = await runProfiler(ranges, {
      ...shared,
      points,
      profiles,
      alerts: {
        ...sources,
        alerts,
        // Through the queue, so that a channel that is away delays no profile, and is tried again.
        notifications: sender(environment.PROFILE_QUEUE_URL),
        defaultRules: environment.ENERGYLIVE_ALERT_RULES,
        clock,
        log,
      },
      deadlineAt: endsAt - FINISH_RESERVE_MS,
    });
    const told = await tellPeople(events, {
      ...shared,
      alerts,
      channels,
      send,
      dashboardUrl: parts.dashboardUrl(),
      deadlineAt: Math.max(endsAt - TELL_RESERVE_MS, (clock.now() + endsAt) / 2),
      claimMs: endsAt - startedAt,
    });
    const failedMessageIds = [...summary.failedMessageIds, ...told.failedMessageIds];
    const { failedMessageIds: _, ...counts } = summary;
    log.info({
      event: "profiler_finished",
      messages: messages.length,
      ...counts,
      quarantined: counts.quarantined + told.quarantined,
      eventsTold: told.told,
      eventsHeld: told.held,
      failed: failedMessageIds.length,
      durationMs: clock.now() - startedAt,
    });
    parts.report(summary);
    return { batchItemFailures: failedMessageIds.map((itemIdentifier) => ({ itemIdentifier })) };
  }

  function handle(event: SQSEvent, invocation: Invocation): Promise<SQSBatchResponse>;
  function handle(event: unknown, invocation: Invocation): Promise<SQSBatchResponse | TestResult[]>;
  async function handle(event: unknown, invocation: Invocation) {
    return isTestEvent(event) ? testChannels(event, { channels, send, clock }) : work(event, invocation);
  }
  return handle;
}
