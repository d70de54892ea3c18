import { createHash } from "node:crypto";

import type { Device } from "../device/device.ts";
import type { LatestMeasurement, LatestResponse } from "../energylive/latest.ts";

/**
 * A timestamp further ahead than this comes from a wrong clock at the other end. Generous, because a wrong guess only
 * publishes a few measurements twice, and they land on the existing items.
 */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * Elements of one response that are quarantined individually; the others share one message. A response with more bad
 * elements is broken as a whole, and a message for each would bury the dead-letter queue.
 */
const MAX_REJECTED = 50;

/** What to do with the elements of a response. */
export interface Selection {
  fresh: LatestMeasurement[];
  /** How many were published before or appear twice in the response. */
  unchanged: number;
  /** To be quarantined. */
  rejected: RejectedElement[];
  /** Hashes of elements that an earlier poll quarantined and that are still in the response. */
  stillQuarantined: string[];
}

/** An element that must not be stored. */
export interface RejectedElement {
  reason: "invalid_element" | "conflicting_value";
  detail: string;
  /** As the API sent it. */
  raw: string;
  /** Identifies the element at the next poll. */
  hash: string;
  /** Set for a second value: a valid measurement that a person may prefer to the first. */
  measurement?: LatestMeasurement;
}

/** Chooses what is new in a response, by the watermarks from before the poll. `now` is in epoch milliseconds. */
export function selectFresh(device: Device, response: LatestResponse, now: number): Selection {
  const fresh: LatestMeasurement[] = [];
  const rejected = response.invalid.map(({ raw, detail }) => reject("invalid_element", raw, detail));
  const chosen = new Map<string, LatestMeasurement>();
  let unchanged = 0;
  for (const measurement of response.measurements) {
    if (device.measurement_types?.includes(measurement.measurement_type) === false) continue;
    const key = `${measurement.timestamp}#${measurement.measurement_type}`;
    const twin = chosen.get(key);
    if (twin !== undefined && twin.value !== measurement.value) {
      rejected.push(conflict(measurement));
      continue;
    }
    chosen.set(key, measurement);
    if (twin !== undefined || !isNew(measurement, device.state.watermarks, now)) unchanged += 1;
    else fresh.push(measurement);
  }
  return { fresh, unchanged, ...sortRejected(bounded(rejected), new Set(device.state.quarantined)) };
}

function conflict(measurement: LatestMeasurement): RejectedElement {
  const { measurement_type, timestamp, value } = measurement;
  const head = JSON.stringify({ measurement: measurement_type, timestamp });
  const rejected = reject(
    "conflicting_value",
    `${head.slice(0, -1)},"value":${value}}`,
    `${measurement_type} has two values at ${timestamp}; the first one was published`,
  );
  return { ...rejected, measurement };
}

function reject(reason: RejectedElement["reason"], raw: string, detail: string): RejectedElement {
  return { reason, raw, detail, hash: hashOf(raw) };
}

/** Each distinct element once, with those above the limit as one. */
function bounded(rejected: readonly RejectedElement[]): RejectedElement[] {
  const distinct = [...new Map(rejected.map((element) => [element.hash, element])).values()];
  if (distinct.length <= MAX_REJECTED) return distinct;
  const beyond = distinct.slice(MAX_REJECTED);
  const raw = `[${beyond.map((element) => element.raw).join(",")}]`;
  const detail = `${beyond.length} more elements of the response are not measurements either`;
  return [...distinct.slice(0, MAX_REJECTED), reject("invalid_element", raw, detail)];
}

function sortRejected(elements: readonly RejectedElement[], known: ReadonlySet<string>) {
  return {
    rejected: elements.filter(({ hash }) => !known.has(hash)),
    stillQuarantined: elements.filter(({ hash }) => known.has(hash)).map(({ hash }) => hash),
  };
}

/**
 * Newer than the watermark. A watermark ahead of the clock comes from a device whose clock was wrong. It drops only its own
 * measurement, or the device would be silent until the time it named.
 */
function isNew(measurement: LatestMeasurement, watermarks: Record<string, number>, now: number): boolean {
  const watermark = watermarkOf(watermarks, measurement.measurement_type);
  if (watermark === undefined || measurement.timestamp > watermark) return true;
  return watermark > now + CLOCK_TOLERANCE_MS && measurement.timestamp !== watermark;
}

/** A type can be anything the API sends, including `__proto__` and `constructor`. */
function watermarkOf(watermarks: Record<string, number>, type: string): number | undefined {
  return Object.hasOwn(watermarks, type) ? watermarks[type] : undefined;
}

/**
 * DynamoDB items are limited to 400 KB, and a type name may take 600 bytes. A device with more types than this is hostile,
 * and its oldest watermarks are dropped.
 */
const MAX_WATERMARKS = 300;

/**
 * The watermarks after `published` were accepted. The watermark of a type in `unaccepted` does not move, so all of that
 * type is offered again at the next poll.
 */
export function moveWatermarks(
  before: Record<string, number>,
  published: readonly LatestMeasurement[],
  unaccepted: ReadonlySet<string>,
): Record<string, number> {
  const moved = new Map(Object.entries(before));
  const newest = new Map<string, number>();
  for (const { measurement_type: type, timestamp } of published) {
    if (!unaccepted.has(type)) newest.set(type, Math.max(timestamp, newest.get(type) ?? 0));
  }
  for (const [type, timestamp] of newest) moved.set(type, timestamp);
  const entries = [...moved];
  if (entries.length <= MAX_WATERMARKS) return Object.fromEntries(entries);
  return Object.fromEntries(entries.sort(([, a], [, b]) => b - a).slice(0, MAX_WATERMARKS));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}
