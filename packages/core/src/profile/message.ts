import * as z from "zod";

import { DeviceId, Timestamp, WholeNumber } from "../measurement/measurement.ts";
import type { ParsedMessage } from "../queue/message.ts";
import { parseBody } from "../queue/versioned.ts";
import { PROFILE_DELAY } from "../settings/pipeline.ts";
import { endOfQuarterHour, QUARTER_HOUR_MS } from "./quarter-hours.ts";

/** The types that a load profile is made of. */
export const PROFILE_TYPES = {
  import: "0100010800",
  export: "0100020800",
  drawn: "0100010700",
  fedIn: "0100020700",
} as const;

const COUNTING = new Set<string>(Object.values(PROFILE_TYPES));

/** The version that this code writes, and the newest that it reads. */
const VERSION = 1;

/** What was stored of a device: which quarter-hours have to be computed again. */
export interface StoredRange {
  device_id: string;
  /** Epoch milliseconds of the first measurement stored, and of the last. */
  from: number;
  to: number;
  /** The device's alerts are to be looked at, whether it has rules or not. */
  alerts?: boolean | undefined;
}

const Message = z
  .object(
    { v: WholeNumber, device_id: DeviceId, from: Timestamp, to: Timestamp, alerts: z.boolean().optional() },
    "is not a JSON object",
  )
  .refine(({ from, to }) => from <= to, { path: ["to"], message: "is before from" });

export type ParsedRange =
  | { range: StoredRange; poison?: never }
  | { range?: never; poison: NonNullable<ParsedMessage["poison"]> };

export function serializeRange({ device_id, from, to, alerts }: StoredRange): string {
  return JSON.stringify({ v: VERSION, device_id, from, to, alerts });
}

/** Reads a message's body. Never throws: an unreadable body is poison, with the reason. */
export function parseRange(body: string): ParsedRange {
  const { content, poison } = parseBody(body, Message, { version: VERSION, reader: "profiler" });
  if (content === undefined) return { poison };
  const { v: _, ...range } = content;
  return { range };
}

/** Measurements of one device further apart are two ranges: what lies between them has not changed. */
const LONGEST_PAUSE_MS = 4 * QUARTER_HOUR_MS;

/** The ranges of what was stored: of each device one, as long as its measurements follow one another. */
export function rangesOf(
  stored: readonly { device_id: string; measurement_type: string; timestamp: number }[],
): StoredRange[] {
  const counting = stored.filter(({ measurement_type }) => COUNTING.has(measurement_type));
  return mergeRanges(
    counting.map(({ device_id, timestamp }) => ({ device_id, from: timestamp, to: timestamp })),
  );
}

/** As few ranges as cover these. */
export function mergeRanges(ranges: readonly StoredRange[]): StoredRange[] {
  const merged: StoredRange[] = [];
  const sorted = [...ranges].sort((a, b) =>
    a.device_id === b.device_id ? a.from - b.from : a.device_id < b.device_id ? -1 : 1,
  );
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last?.device_id === range.device_id && range.from - last.to <= LONGEST_PAUSE_MS)
      mergeInto(last, range);
    else merged.push({ ...range });
  }
  return merged;
}

function mergeInto(last: StoredRange, { to, alerts }: StoredRange): void {
  last.to = Math.max(last.to, to);
  if (alerts === true) last.alerts = true;
}

/**
 * How long the message of a range waits: until a minute after its last quarter-hour, so that all polls of a quarter-hour make
 * one write, but never longer than `longest`. Seconds.
 */
export function delaySeconds({ to }: StoredRange, now: number, longest: number): number {
  const due = endOfQuarterHour(to) + PROFILE_DELAY.settle * 1000;
  return Math.min(longest, Math.max(0, Math.ceil((due - now) / 1000)));
}
