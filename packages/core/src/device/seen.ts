import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import { type DecimalText, decimalText } from "../decimal.ts";

/** A value that a device sent. */
export interface Sighting {
  timestamp: number;
  /** `undefined` stands for every value: states that were written before values were remembered have none. */
  value: DecimalText | undefined;
}

/**
 * What a device has sent, per measurement type, most recently seen last. What is new is decided by this and not by time: a
 * clock that goes back, or two servers that disagree, send older times that were never stored.
 */
export type Seen = ReadonlyMap<string, readonly Sighting[]>;

interface Measured {
  measurement_type: string;
  timestamp: number;
  value: DecimalText;
}

/**
 * Sightings kept of a type, or as many as one response has. Enough for two servers that answer in turn, one of which is
 * stuck: what is seen again moves to the end.
 */
const KEPT_OF_A_TYPE = 3;

/**
 * DynamoDB items are limited to 400 KB, and a type name may take 600 bytes. A device with more is hostile, and its oldest
 * types are dropped.
 */
const MAX_TYPES = 300;
const MAX_SIGHTINGS = MAX_TYPES * KEPT_OF_A_TYPE;

/** A device's clock may be this much ahead of ours. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** What was seen, after these measurements of one response. */
export function remember(seen: Seen, measurements: readonly Measured[]): Seen {
  const byType = Map.groupBy(measurements, ({ measurement_type }) => measurement_type);
  const remembered = new Map(seen);
  for (const [type, sent] of byType) {
    const distinct = new Map(
      sent.map(({ timestamp, value }) => [`${timestamp}=${value}`, { timestamp, value }]),
    );
    const again = [...distinct.values()].sort((a, b) => a.timestamp - b.timestamp);
    const isSentAgain = (before: Sighting) =>
      again.some((now) => now.timestamp === before.timestamp && (before.value ?? now.value) === now.value);
    const before = (seen.get(type) ?? []).filter((sighting) => !isSentAgain(sighting));
    remembered.set(type, [...before, ...again].slice(-Math.max(KEPT_OF_A_TYPE, again.length)));
  }
  return bounded(remembered);
}

function bounded(seen: Seen): Seen {
  const count = [...seen.values()].reduce((sum, sightings) => sum + sightings.length, 0);
  if (seen.size <= MAX_TYPES && count <= MAX_SIGHTINGS) return seen;
  const newestFirst = [...seen].sort(
    ([, a], [, b]) => (b.at(-1)?.timestamp ?? 0) - (a.at(-1)?.timestamp ?? 0),
  );
  let left = MAX_SIGHTINGS;
  const kept = new Map<string, readonly Sighting[]>();
  for (const [type, sightings] of newestFirst.slice(0, MAX_TYPES)) {
    if (left === 0) break;
    const fitting = sightings.slice(-left);
    left -= fitting.length;
    kept.set(type, fitting);
  }
  return kept;
}

/** Per type: the time that the device sent last, in epoch milliseconds. */
export function watermarksOf(seen: Seen): Record<string, number> {
  return Object.fromEntries([...seen].map(([type, sightings]) => [type, sightings.at(-1)?.timestamp ?? 0]));
}

/** What the device sent last of a type. */
export function lastSeen(seen: Seen, type: string): Sighting | undefined {
  return seen.get(type)?.at(-1);
}

/**
 * The newest time that the device sent and that can be true at `now`, in epoch milliseconds; `undefined` if there is none. A
 * clock that once named a year to come says nothing about the device's age.
 */
export function newestMeasurementAt(seen: Seen, now: number): number | undefined {
  const times = [...seen.values()].flat().map(({ timestamp }) => timestamp);
  return times
    .filter((time) => time <= now + CLOCK_TOLERANCE_MS)
    .reduce<number | undefined>(
      (newest, time) => (newest === undefined || time > newest ? time : newest),
      undefined,
    );
}

/** Reads `state.seen`, or `state.watermarks`, which versions before it wrote: type → newest published time. */
export function readSeen(state: Record<string, AttributeValue>): Seen {
  const seen = new Map<string, Sighting[]>();
  for (const [type, { N }] of Object.entries(state.watermarks?.M ?? {})) {
    const timestamp = Number(N);
    if (Number.isSafeInteger(timestamp)) seen.set(type, [{ timestamp, value: undefined }]);
  }
  for (const [type, { L = [] }] of Object.entries(state.seen?.M ?? {})) {
    const sightings = readSightings(L);
    if (sightings.length > 0) seen.set(type, sightings);
  }
  return seen;
}

/** Times and values in turn. */
function readSightings(list: readonly AttributeValue[]): Sighting[] {
  const sightings: Sighting[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) {
    const timestamp = Number(list[index]?.N);
    const text = list[index + 1]?.N;
    if (Number.isSafeInteger(timestamp))
      sightings.push({ timestamp, value: text === undefined ? undefined : decimalText(text) });
  }
  return sightings;
}

/**
 * A flat list for each type, because a write unit holds 1 KB, and a device with eleven types must stay within it.
 *
 * By hand, because a measurement type may be called `constructor`, which `marshall` takes for a class. The SDK takes
 * `__proto__` for the map's prototype, and DynamoDB then refuses the whole state. A measurement of that type is published at
 * every poll, which changes nothing.
 */
export function writeSeen(seen: Seen): AttributeValue {
  const entries = [...seen].filter(([type]) => type !== "__proto__");
  return {
    M: Object.fromEntries(
      entries.map(([type, sightings]) => [type, { L: sightings.flatMap(writeSighting) }]),
    ),
  };
}

function writeSighting({ timestamp, value }: Sighting): AttributeValue[] {
  return [{ N: String(timestamp) }, value === undefined ? { NULL: true } : { N: value }];
}
