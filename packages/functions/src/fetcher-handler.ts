import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { AlertNotices } from "@energylive/core/alert/notice";
import type { Clock } from "@energylive/core/clock";
import { createDeviceStore } from "@energylive/core/device/store";
import type { Fetch } from "@energylive/core/energylive/attempt";
import { createEnergyLiveClient } from "@energylive/core/energylive/client";
import {
  type FetcherResult,
  type FetcherSummary,
  parseFetcherEvent,
  runFetcher,
} from "@energylive/core/fetcher/run";
import { createKeyStore, type KeySource } from "@energylive/core/keys/store";
import type { Log } from "@energylive/core/log";
import { createQueueSender } from "@energylive/core/queue/sender";
import { ConfigurationError } from "@energylive/core/settings/configuration-error";
import type { FetcherEnvironment } from "@energylive/core/settings/environment";
import { PROFILE_DELAY } from "@energylive/core/settings/pipeline";
import pLimit from "p-limit";

import type { Invocation } from "./invocation.ts";
import { median } from "./median.ts";

/** Time kept before the function's deadline: to write the last states and to log. */
const STATE_RESERVE_MS = 8_000;

/** Time kept before that: for SQS to accept what the last polls brought. */
const SEND_RESERVE_MS = 6_000;

/** Devices in progress per request in flight: most of a poll's time is waiting for SQS and DynamoDB. */
const OUTSTANDING_PER_REQUEST = 4;
const MIN_OUTSTANDING = 200;

export interface FetcherParts {
  environment: FetcherEnvironment;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  keySource: KeySource;
  fetch: Fetch;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Called after every run: writes metrics when deployed, updates the terminal on the embedded stack. */
  report: (summary: FetcherSummary) => void;
}

/** A handler that lives as long as its process and keeps keys and connections between invocations. */
export function createFetcherHandler(parts: FetcherParts) {
  const { environment, sqs, clock, random, log } = parts;
  const devices = createDeviceStore({ dynamodb: parts.dynamodb, table: environment.DEVICES_TABLE });
  const keys = createKeyStore({ source: parts.keySource, clock });
  const limit = pLimit(environment.POLL_CONCURRENCY);
  const api = createEnergyLiveClient({
    baseUrl: environment.ENERGYLIVE_API_URL,
    timeoutMs: environment.POLL_TIMEOUT_MS,
    fetch: parts.fetch,
    clock,
    random,
    limit,
    log,
  });

  return async (event: unknown, invocation: Invocation): Promise<FetcherResult> => {
    const startedAt = clock.now();
    const sendDeadlineAt = startedAt + invocation.getRemainingTimeInMillis() - STATE_RESERVE_MS;
    const pollDeadlineAt = sendDeadlineAt - SEND_RESERVE_MS;
    const stopAt = pollDeadlineAt - environment.POLL_TIMEOUT_MS;
    if (stopAt <= startedAt)
      throw noTimeToPoll(environment.POLL_TIMEOUT_MS, invocation.getRemainingTimeInMillis());
    const sender = (queueUrl: string) =>
      createQueueSender({ sqs, queueUrl, clock, random, log, deadlineAt: sendDeadlineAt });
    const parsed = parseFetcherEvent(event);
    const summary = await runFetcher(parsed, {
      devices,
      api,
      keys,
      queue: sender(environment.MEASUREMENT_QUEUE_URL),
      dlq: sender(environment.MEASUREMENT_DLQ_URL),
      alerts: new AlertNotices({
        queue: sender(environment.PROFILE_QUEUE_URL),
        defaultRules: environment.ENERGYLIVE_ALERT_RULES,
        delaySeconds: Math.min(PROFILE_DELAY.alerts, environment.PROFILE_DELAY_SECONDS),
        log,
      }),
      clock,
      log,
      retentionDays: environment.RETENTION_DAYS,
      maxOutstanding: Math.max(MIN_OUTSTANDING, OUTSTANDING_PER_REQUEST * environment.POLL_CONCURRENCY),
      stopAt,
      pollDeadlineAt,
    });
    const { result, pollDurationsMs, ...counts } = summary;
    const durationMs = clock.now() - startedAt;
    log.info({
      event: "fetcher_finished",
      shard: parsed.shard,
      ...result,
      ...counts,
      pollMs: median(pollDurationsMs),
      durationMs,
    });
    parts.report(summary);
    return result;
  };
}

/** Without this error every run would defer every device and still succeed. */
function noTimeToPoll(timeoutMs: number, remainingMs: number): ConfigurationError {
  const neededMs = timeoutMs + SEND_RESERVE_MS + STATE_RESERVE_MS;
  return new ConfigurationError([
    `POLL_TIMEOUT_MS is ${timeoutMs}: a run needs ${neededMs} ms with it, but the function has ${remainingMs} ms; lower it, or raise the function's timeout`,
  ]);
}
