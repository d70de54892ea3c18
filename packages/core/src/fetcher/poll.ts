import type { Clock } from "../clock.ts";
import type { Device } from "../device/device.ts";
import { hasStoppedSince, restMs, standingFailures } from "../device/due.ts";
import { remember } from "../device/seen.ts";
import type { WrittenState } from "../device/state.ts";
import type { DeviceStore } from "../device/store.ts";
import type { EnergyLiveClient } from "../energylive/client.ts";
import { EnergyLiveApiError, OutOfTimeError, type PollErrorCode } from "../energylive/errors.ts";
import type { LatestMeasurement, LatestResponse } from "../energylive/latest.ts";
import { KeyUnavailableError } from "../keys/api-key.ts";
import type { KeyStore } from "../keys/store.ts";
import type { Log } from "../log.ts";
import { serializeMessage } from "../queue/message.ts";
import { elementEnvelope, type Quarantine } from "../queue/quarantine.ts";
import { type QueueSender, SendError } from "../queue/sender.ts";
import type { Backlog } from "./backlog.ts";
import { type RejectedElement, type Selection, selectFresh } from "./fresh.ts";

export interface PollContext {
  devices: Pick<DeviceStore, "saveState">;
  api: Pick<EnergyLiveClient, "latest">;
  keys: KeyStore;
  queue: QueueSender;
  quarantine: Quarantine;
  clock: Clock;
  log: Log;
  backlog: Backlog;
  /** For devices that do not say how long their measurements are kept. */
  retentionDays: number;
  /** Epoch milliseconds: no poll starts after this. */
  stopAt: number;
  /** Epoch milliseconds: requests to the API end by this time. */
  pollDeadlineAt: number;
  /** Whether a failure with this code is the whole API's, so it says nothing about the device. */
  isOutage: (code: string) => boolean;
  /** Called when the API has answered or failed; the rest of the poll needs no request to the API. */
  onAnswered: () => void;
}

export interface PollResult {
  /** `deferred`: no time was left to ask the API, and nothing was written. */
  outcome: "polled" | "failed" | "deferred";
  published: number;
  unchanged: number;
  quarantined: number;
  /** It has stopped delivering since its last poll: stale, or failing for a while. */
  hasStopped: boolean;
}

/** What `state.last_error.code` can be. */
export type PollFailureCode =
  | PollErrorCode
  | KeyUnavailableError["code"]
  | SendError["code"]
  | "unexpected_error";

interface PollFailure {
  code: PollFailureCode;
  message: string;
  /**
   * Not the device's fault: SQS or the key store failed. The device then does not rest, because resting after our own
   * outage would lose data.
   */
  isOurs: boolean;
  retryAfterMs?: number | undefined;
}

/**
 * Polls one device: asks the API, publishes what is new, quarantines what is invalid, and writes the device's state once
 * SQS has accepted. Never throws: a failure is kept in the device's state and in the log.
 */
export async function pollDevice(device: Device, context: PollContext): Promise<PollResult> {
  const { clock, stopAt, pollDeadlineAt } = context;
  const polledAt = clock.now();
  let response: LatestResponse;
  try {
    const key = await context.keys.get(device.api_key);
    response = await context.api.latest(key, device.device_id, {
      startBy: stopAt,
      deadlineAt: pollDeadlineAt,
      room: () => context.backlog.room(),
    });
  } catch (error) {
    context.onAnswered();
    const nothing = { published: 0, unchanged: 0, quarantined: 0 };
    if (error instanceof OutOfTimeError) return { outcome: "deferred", ...nothing, hasStopped: false };
    return failed(device, device.state, failureOf(error), polledAt, context, nothing);
  }
  const receivedAt = clock.now();
  const selection = selectFresh(device, response, receivedAt);
  const { fresh, unchanged, rejected, stillQuarantined, notKept } = selection;
  context.log.debug({
    event: "response_sorted",
    device_id: device.device_id,
    fresh: fresh.length,
    // Not published, because it was sent before; or not kept, because the device keeps other types only.
    unchanged,
    notKept,
    rejected: rejected.length,
    stillQuarantined: stillQuarantined.length,
  });
  const delivery = deliver(device, selection, new Date(receivedAt).toISOString(), context);
  context.onAnswered();
  const { published, quarantined, failure } = await delivery;
  const counts = {
    published: published.length,
    unchanged: selection.unchanged.length,
    quarantined: quarantined.length,
  };
  const conflicts = quarantined.flatMap(({ reason, measurement }) =>
    reason === "conflicting_value" && measurement !== undefined ? [measurement] : [],
  );
  const state: WrittenState = {
    ...device.state,
    // What SQS did not accept is not remembered, so the next poll offers it again.
    seen: remember(device.state.seen, [...selection.unchanged, ...published, ...conflicts]),
    quarantined: [...selection.stillQuarantined, ...quarantined.map(({ hash }) => hash)],
  };
  if (failure !== undefined) return failed(device, state, failure, polledAt, context, counts);
  const hasStopped = await saveState(device, context, {
    ...state,
    last_polled_at: iso(polledAt),
    last_success_at: iso(receivedAt),
    consecutive_failures: 0,
    not_before: undefined,
    config_fingerprint: device.config_fingerprint,
  });
  return { outcome: "polled", ...counts, hasStopped };
}

interface Delivery {
  /** Accepted by SQS. */
  published: LatestMeasurement[];
  /** Elements that are now in the DLQ. */
  quarantined: RejectedElement[];
  failure?: PollFailure;
}

/**
 * Measurements of one device on their way to SQS at once. A waiting message takes ten times the memory of its measurement;
 * only a hostile device has that many.
 */
const MEASUREMENTS_UNDER_WAY = 500;

/** Sends each measurement on its own: one failure does not affect the others. */
async function deliver(
  device: Device,
  selection: Selection,
  collectionTime: string,
  context: PollContext,
): Promise<Delivery> {
  const delivery: Delivery = { published: [], quarantined: [] };
  const publish = async (measurement: LatestMeasurement) => {
    try {
      await context.queue.send({ body: messageBody(device, measurement, collectionTime, context) });
      delivery.published.push(measurement);
    } catch (error) {
      delivery.failure = failureOf(error);
    }
  };
  const quarantines = selection.rejected.map(async (element) => {
    const { reason, detail, raw, measurement } = element;
    const { device_id } = device;
    // As a message of the queue, so a redrive stores it.
    const body =
      measurement === undefined
        ? elementEnvelope(device_id, collectionTime, raw)
        : messageBody(device, measurement, collectionTime, context);
    try {
      await context.quarantine({ reason, detail, body });
      delivery.quarantined.push(element);
      context.log.warn({ event: "element_quarantined", device_id, reason, detail });
    } catch (error) {
      delivery.failure = failureOf(error);
    }
  });
  const { fresh } = selection;
  const remove = context.backlog.add(selection);
  for (let start = 0; start < fresh.length; start += MEASUREMENTS_UNDER_WAY) {
    const part = fresh.slice(start, start + MEASUREMENTS_UNDER_WAY);
    // SQS accepted none by the deadline: there is no time to try more.
    if (delivery.failure !== undefined) break;
    await Promise.all(part.map(publish));
  }
  await Promise.all(quarantines);
  remove();
  return delivery;
}

function messageBody(
  device: Device,
  measurement: LatestMeasurement,
  collectionTime: string,
  { retentionDays }: PollContext,
): string {
  return serializeMessage({
    device_id: device.device_id,
    ...measurement,
    collection_time: collectionTime,
    retention_days: device.retention_days ?? retentionDays,
  });
}

async function failed(
  device: Device,
  state: WrittenState,
  failure: PollFailure,
  polledAt: number,
  context: PollContext,
  counts: Pick<PollResult, "published" | "unchanged" | "quarantined">,
): Promise<PollResult> {
  const now = context.clock.now();
  const standing = standingFailures(device);
  const failures = failure.isOurs ? Math.max(1, standing) : standing + 1;
  const isOutage = context.isOutage(failure.code);
  const resting = failure.isOurs ? 0 : restMs({ failures, isOutage, askedMs: failure.retryAfterMs });
  const { device_id } = device;
  context.log.warn({
    event: "poll_failed",
    device_id,
    code: failure.code,
    message: failure.message,
    failures,
    restMs: resting,
  });
  const hasStopped = await saveState(device, context, {
    ...state,
    last_polled_at: iso(polledAt),
    last_error: { code: failure.code, message: failure.message, at: iso(now) },
    consecutive_failures: failures,
    not_before: resting === 0 ? undefined : iso(now + resting),
    config_fingerprint: device.config_fingerprint,
  });
  return { outcome: "failed", ...counts, hasStopped };
}

/**
 * If the state cannot be written, the same measurements are published again and land on the existing items (with the later
 * `collection_time`). So the poll does not fail.
 *
 * @returns whether the device has stopped delivering since its last poll
 */
async function saveState(device: Device, context: PollContext, state: WrittenState): Promise<boolean> {
  const { device_id } = device;
  const hasStopped = hasStoppedSince(device, state);
  if (hasStopped) context.log.warn({ event: "device_stopped", device_id });
  try {
    const isWritten = await context.devices.saveState(device_id, state, device.state.last_polled_at);
    if (!isWritten) context.log.info({ event: "device_changed_meanwhile", device_id });
  } catch (error) {
    context.log.error({ event: "state_not_saved", device_id, error });
  }
  return hasStopped;
}

function failureOf(error: unknown): PollFailure {
  if (error instanceof EnergyLiveApiError) {
    return { code: error.code, message: error.message, retryAfterMs: error.retryAfterMs, isOurs: false };
  }
  const isNamed = error instanceof KeyUnavailableError || error instanceof SendError;
  const message = error instanceof Error ? error.message : String(error);
  return { code: isNamed ? error.code : "unexpected_error", message, isOurs: true };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
