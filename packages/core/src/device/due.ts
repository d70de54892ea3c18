import { FETCHER_TIMEOUT_SECONDS } from "../settings/pipeline.ts";
import type { Device } from "./device.ts";
import { newestMeasurementAt } from "./seen.ts";
import type { WrittenState } from "./state.ts";

/**
 * How early an interval counts as over. The schedule does not fire to the second, and a device that misses its run by one
 * second would wait for another whole interval.
 */
const INTERVAL_TOLERANCE = 0.1;
const MAX_INTERVAL_TOLERANCE_MS = 30_000;

/** Consecutive failures without a rest: the next run simply tries again. */
const FREE_FAILURES = 2;
const FIRST_BACKOFF_MS = 120_000;
const MAX_BACKOFF_MS = 3_600_000;

/**
 * The longest rest while the whole API is down. Data that is not polled once it is back is lost, so no device may still be
 * resting then. Shorter than the time between two runs of the default schedule, so no run is skipped.
 */
const MAX_OUTAGE_REST_MS = 60_000;

/** A device is stale if it has sent nothing new for this long, or for longer if its own interval is longer. */
const STALE_AFTER_MS = 3_600_000;
const STALE_AFTER_INTERVALS = 3;

/** Without an answer for this long a device has stopped: at the default interval, from its second failure in a row. */
const UNANSWERED_AFTER_MS = 480_000;

/**
 * Longer than the longest interval of the schedule, so a run sees each device that has just become invalid. If the device's own
 * interval is longer, half as long again as that.
 */
const LATELY_MS = 5_400_000;
const LATELY_INTERVALS = 1.5;

/** The longest interval of the schedule plus the longest run: without a poll for longer, a run is missing. */
const LONGEST_INTERVAL_SECONDS = 3_600;

/** Without a new measurement for this long, what a device sent last says nothing of how it is now. */
const OLD_AFTER_MS = 900_000;

/** A device, as it was read or as it will be written. */
type Judged = Pick<Device, "enabled" | "interval_seconds"> & { state: WrittenState };

export type Due = { due: true } | { due: false; reason: "disabled" | "not_due" | "backing_off" };

/** Whether a device is due at `now` (epoch milliseconds). */
export function decideDue(device: Device, now: number): Due {
  if (!device.enabled) return { due: false, reason: "disabled" };
  const { state } = device;
  const notBefore = isEdited(device) ? Number.NaN : Date.parse(state.not_before ?? "");
  if (notBefore > now && notBefore - now <= MAX_BACKOFF_MS) return { due: false, reason: "backing_off" };
  const elapsed = now - lastPolledAt(device);
  const intervalMs = (device.interval_seconds ?? 0) * 1000;
  const enoughMs = intervalMs - Math.min(intervalMs * INTERVAL_TOLERANCE, MAX_INTERVAL_TOLERANCE_MS);
  // A last poll in the future comes from a wrong clock; it must not delay the device.
  return elapsed < 0 || elapsed >= enoughMs || isEdited(device)
    ? { due: true }
    : { due: false, reason: "not_due" };
}

/**
 * Whether a poll found that a device has stopped delivering, and the poll before had not: it has become stale, or it fails
 * and has not been answered for eight minutes. True once for each time that it stops, so an alarm rings for each.
 *
 * @param device as it was before the poll
 * @param after its state after it
 */
export function hasStoppedSince(device: Device, after: WrittenState): boolean {
  return hasStopped({ ...device, state: after }) && !hasStopped(device);
}

/** At the time of its last poll: when that failed, or else when it began. */
function hasStopped(device: Judged): boolean {
  const { consecutive_failures, last_success_at, last_error } = device.state;
  const failedAt = consecutive_failures > 0 ? Date.parse(last_error?.at ?? "") : Number.NaN;
  if (Number.isNaN(failedAt)) return isStale(device, lastPolledAt(device));
  const isAnswered = failedAt - Date.parse(last_success_at ?? "") < UNANSWERED_AFTER_MS;
  return !isAnswered || isStale(device, failedAt);
}

/** Whether an invalid device was polled not long ago, so it has become invalid since. */
export function wasPolledLately(device: Omit<Judged, "enabled">, now: number): boolean {
  const latelyMs = Math.max(LATELY_MS, LATELY_INTERVALS * (device.interval_seconds ?? 0) * 1000);
  return now - Date.parse(device.state.last_polled_at ?? "") < latelyMs;
}

/** Epoch milliseconds of the last poll; 0 for a device that was never polled, so it comes first. */
export function lastPolledAt(device: { state: WrittenState }): number {
  const at = Date.parse(device.state.last_polled_at ?? "");
  return Number.isNaN(at) ? 0 : at;
}

/** Consecutive failures that still count: an edit of the item starts again from zero. */
export function standingFailures(device: Device): number {
  return isEdited(device) ? 0 : device.state.consecutive_failures;
}

/**
 * How long a device rests after its `failures`-th failure in a row: not at all at first, then twice as long each time, up
 * to an hour.
 */
export function backoffMs(failures: number): number {
  if (failures <= FREE_FAILURES) return 0;
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - FREE_FAILURES - 1));
}

/**
 * How long a device rests after a failed poll, in milliseconds.
 *
 * @param failure `isOutage`: the whole API is down, so the failure is not the device's; `askedMs`: how long the API asked
 *   to wait, which always applies
 */
export function restMs(failure: {
  failures: number;
  isOutage: boolean;
  askedMs: number | undefined;
}): number {
  const longestMs = failure.isOutage ? MAX_OUTAGE_REST_MS : MAX_BACKOFF_MS;
  const ownMs = Math.min(longestMs, backoffMs(failure.failures));
  return Math.min(MAX_BACKOFF_MS, Math.max(ownMs, failure.askedMs ?? 0));
}

/**
 * Whether a device that has been polled before has sent nothing new for too long. A device that answers is judged by its last
 * answer, so that neither a long interval of the schedule nor a stopped stack makes it stale; one that fails, by the time.
 */
export function isStale(device: Judged, now: number): boolean {
  const { state } = device;
  if (!device.enabled || state.last_polled_at === undefined) return false;
  const answeredAt = Date.parse(state.last_success_at ?? "");
  const judgedAt =
    state.consecutive_failures > 0 || Number.isNaN(answeredAt) ? now : Math.min(answeredAt, now);
  const newest = newestMeasurementAt(state.seen, now) ?? 0;
  const allowed = Math.max(STALE_AFTER_MS, STALE_AFTER_INTERVALS * (device.interval_seconds ?? 0) * 1000);
  return judgedAt - newest > allowed;
}

/**
 * Whether what a device sent last is old at `now`, whatever the reason: a quarter-hour, or three of the device's own intervals if
 * that is longer.
 */
export function isOld({ state, interval_seconds = 0 }: Judged, now: number): boolean {
  const allowed = Math.max(OLD_AFTER_MS, STALE_AFTER_INTERVALS * interval_seconds * 1000);
  return now - (newestMeasurementAt(state.seen, now) ?? 0) > allowed;
}

/** When enabled devices were polled. */
export class Polls {
  /** Epoch milliseconds; 0 if none was ever polled. */
  last = 0;
  #shortestIntervalSeconds = Number.POSITIVE_INFINITY;

  constructor(...devices: readonly Judged[]) {
    for (const device of devices) this.add(device);
  }

  add(device: Judged): void {
    if (!device.enabled) return;
    this.last = Math.max(this.last, lastPolledAt(device));
    this.#shortestIntervalSeconds = Math.min(this.#shortestIntervalSeconds, device.interval_seconds ?? 0);
  }

  /** Whether polling has stopped: none was polled for longer than the schedule, or their own intervals, allow. */
  areMissing(now: number): boolean {
    if (this.last === 0) return false;
    const longestSeconds = Math.max(LONGEST_INTERVAL_SECONDS, this.#shortestIntervalSeconds);
    return now - this.last > (longestSeconds + FETCHER_TIMEOUT_SECONDS) * 1000;
  }
}

/** Whether a person has edited the item since its last poll. */
export function isEdited(device: Device): boolean {
  const { config_fingerprint } = device.state;
  return config_fingerprint !== undefined && config_fingerprint !== device.config_fingerprint;
}
