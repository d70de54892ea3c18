import type { SQSClient } from "@aws-sdk/client-sqs";

import { fullJitterMs } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import type { Device } from "../device/device.ts";
import { remember } from "../device/seen.ts";
import type { EnergyLiveClient } from "../energylive/client.ts";
import { EnergyLiveApiError } from "../energylive/errors.ts";
import type { LatestMeasurement } from "../energylive/latest.ts";
import { type RejectedElement, selectFresh } from "../fetcher/fresh.ts";
import type { KeyStore } from "../keys/store.ts";
import type { Log } from "../log.ts";
import { serializeMessage } from "../queue/message.ts";
import { createQuarantine, elementEnvelope } from "../queue/quarantine.ts";
import { createQueueSender } from "../queue/sender.ts";

/** Nobody looks at one device for longer; who does, looks again. */
export const LONGEST_FOLLOW_MS = 3_600_000;

/** A stream that has ended is opened again after this time at least, and after a failure later and later. */
const LEAST_WAIT_MS = 1_000;
const RETRY_BASE_MS = 2_000;
const RETRY_CAP_MS = 60_000;

/** A stream with more that is not a measurement is broken, and a message for each would bury the dead-letter queue. */
const MOST_REJECTED = 50;

/** SQS takes a message within this time, or is away. */
const SEND_MS = 20_000;

export interface FollowContext {
  api: Pick<EnergyLiveClient, "live">;
  keys: KeyStore;
  sqs: SQSClient;
  queueUrl: string;
  dlqUrl: string;
  /** For devices that do not say how long their measurements are kept. */
  retentionDays: number;
  clock: Clock;
  random: () => number;
  log: Log;
  /** Ends it. */
  signal: AbortSignal;
  /** The API answers; called again after each interruption. */
  onOpen?: () => void;
  /** What SQS has accepted, and so will be stored. */
  onMeasurements(measurements: readonly LatestMeasurement[]): void;
}

/**
 * Follows a device while somebody looks: what it sends is published to the measurement queue as it comes, like what a poll brings. It ends with
 * `signal`, or after an hour.
 *
 * @throws {EnergyLiveApiError} for what another attempt would not change, such as a key that is refused
 * @throws {SendError} if SQS takes nothing
 */
export async function followDevice(followed: Device, context: FollowContext): Promise<void> {
  const { clock, signal, log } = context;
  const endsAt = clock.now() + LONGEST_FOLLOW_MS;
  let device = followed;
  let rejectedSoFar = 0;
  for (let failures = 0; !signal.aborted && clock.now() < endsAt; ) {
    try {
      const key = await context.keys.get(device.api_key);
      for await (const response of context.api.live(key, device.device_id, {
        signal,
        onOpen: context.onOpen,
      })) {
        failures = 0;
        const { fresh, rejected } = selectFresh(device, response, clock.now());
        await publish(device, fresh, rejected, context);
        const { seen, quarantined } = device.state;
        const state = {
          ...device.state,
          seen: remember(seen, fresh),
          quarantined: [...quarantined, ...rejected.map(({ hash }) => hash)],
        };
        device = { ...device, state };
        if (fresh.length > 0) context.onMeasurements(fresh);
        rejectedSoFar += rejected.length;
        if (rejectedSoFar > MOST_REJECTED)
          throw new EnergyLiveApiError(
            "invalid_response",
            "the stream has too much that is not a measurement",
          );
        if (clock.now() >= endsAt) return;
      }
      await clock.sleep(LEAST_WAIT_MS, signal);
    } catch (error) {
      if (!(error instanceof EnergyLiveApiError) || !error.retryable) throw error;
      failures += 1;
      log.debug({ event: "live_interrupted", device_id: device.device_id, code: error.code, failures });
      const waitMs = fullJitterMs(failures, RETRY_BASE_MS, RETRY_CAP_MS, context.random);
      await clock.sleep(Math.max(LEAST_WAIT_MS, waitMs, error.retryAfterMs ?? 0), signal);
    }
  }
}

async function publish(
  { device_id, retention_days }: Device,
  fresh: readonly LatestMeasurement[],
  rejected: readonly RejectedElement[],
  { sqs, queueUrl, dlqUrl, retentionDays, clock, random, log }: FollowContext,
): Promise<void> {
  const collection_time = new Date(clock.now()).toISOString();
  const sender = (url: string) =>
    createQueueSender({ sqs, queueUrl: url, clock, random, log, deadlineAt: clock.now() + SEND_MS });
  const bodyOf = (measurement: LatestMeasurement) =>
    serializeMessage({
      device_id,
      ...measurement,
      collection_time,
      retention_days: retention_days ?? retentionDays,
    });
  const [queue, dlq] = [sender(queueUrl), sender(dlqUrl)];
  const quarantine = createQuarantine({ dlq, clock, failedIn: "live" });
  const sends = [
    ...fresh.map((measurement) => queue.send({ body: bodyOf(measurement) })),
    ...rejected.map(({ reason, detail, raw, measurement }) =>
      quarantine({
        reason,
        detail,
        body:
          measurement === undefined ? elementEnvelope(device_id, collection_time, raw) : bodyOf(measurement),
      }),
    ),
  ];
  queue.flush();
  dlq.flush();
  await Promise.all(sends);
}
