import { createHash } from "node:crypto";

import type { DecimalText } from "../decimal.ts";
import type { Device } from "../device/device.ts";
import type { LatestMeasurement, LatestResponse } from "../energylive/latest.ts";

/**
 * Elements of one response that are quarantined individually; the others share one message. A response with more bad
 * elements is broken as a whole, and a message for each would bury the dead-letter queue.
 */
const MAX_REJECTED = 50;

/** A measurement further ahead than this comes from a wrong clock. */
const MAX_AHEAD_MS = 86_400_000;

/** What to do with the elements of a response. */
export interface Selection {
  fresh: LatestMeasurement[];
  /** Seen in an earlier poll, or twice in the response. */
  unchanged: LatestMeasurement[];
  /** Of types that the device does not keep. */
  notKept: LatestMeasurement[];
  /** To be quarantined. */
  rejected: RejectedElement[];
  /** Hashes of elements that an earlier poll quarantined and that are still in the response. */
  stillQuarantined: string[];
}

/** An element that must not be stored. */
export interface RejectedElement {
  reason: "invalid_element" | "implausible_time" | "conflicting_value";
  detail: string;
  /** As the API sent it. */
  raw: string;
  /** Identifies the element at the next poll. */
  hash: string;
  /** Set for a valid measurement, which a person may want to store after all. */
  measurement?: LatestMeasurement;
}

/** Chooses what is new in a response, by what the device has sent before. `now` is in epoch milliseconds. */
export function selectFresh(device: Device, response: LatestResponse, now: number): Selection {
  const fresh: LatestMeasurement[] = [];
  const unchanged: LatestMeasurement[] = [];
  const notKept: LatestMeasurement[] = [];
  const rejected = response.invalid.map(({ raw, detail }) => reject("invalid_element", raw, detail));
  const values = new Map<string, DecimalText[]>();
  for (const measurement of response.measurements) {
    if (device.measurement_types?.includes(measurement.measurement_type) === false) {
      notKept.push(measurement);
      continue;
    }
    if (measurement.timestamp > now + MAX_AHEAD_MS) {
      rejected.push(implausible(measurement));
      continue;
    }
    const key = `${measurement.timestamp}#${measurement.measurement_type}`;
    const inResponse = values.get(key) ?? [];
    values.set(key, [...inResponse, measurement.value]);
    const before = valuesBefore(device, measurement, inResponse);
    if (before.includes(measurement.value) || before.includes(undefined)) unchanged.push(measurement);
    else if (before.length === 0) fresh.push(measurement);
    else rejected.push(conflict(measurement, before[0]));
  }
  return { fresh, unchanged, notKept, ...sortRejected(bounded(rejected), new Set(device.state.quarantined)) };
}

/** What the device has sent for this type and time, the first value first. */
function valuesBefore(
  { state }: Device,
  { measurement_type, timestamp }: LatestMeasurement,
  inResponse: readonly DecimalText[],
): readonly (DecimalText | undefined)[] {
  const sightings = state.seen.get(measurement_type) ?? [];
  const seen = sightings.filter((sighting) => sighting.timestamp === timestamp).map(({ value }) => value);
  return [...seen, ...inResponse];
}

function implausible(measurement: LatestMeasurement): RejectedElement {
  const { measurement_type, timestamp } = measurement;
  const detail = `${measurement_type} is dated ${new Date(timestamp).toISOString()}, more than a day ahead`;
  return { ...reject("implausible_time", elementOf(measurement), detail), measurement };
}

function conflict(measurement: LatestMeasurement, first: DecimalText | undefined): RejectedElement {
  const { measurement_type, timestamp, value } = measurement;
  const detail = `${measurement_type} at ${timestamp} is ${value}, but ${first} was published before; a redrive replaces it`;
  return { ...reject("conflicting_value", elementOf(measurement), detail), measurement };
}

/** As the API writes it. */
function elementOf({ measurement_type, timestamp, value }: LatestMeasurement): string {
  const head = JSON.stringify({ measurement: measurement_type, timestamp });
  return `${head.slice(0, -1)},"value":${value}}`;
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

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}
