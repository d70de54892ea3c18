import type { Range } from "../series/tiles.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time/zone.ts";

/** Ranges that have a button. */
export const RANGES = {
  "1h": HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
  "1y": 365 * DAY_MS,
} as const;

export type RangeName = keyof typeof RANGES;

export function isRangeName(text: string | null): text is RangeName {
  return text !== null && Object.hasOwn(RANGES, text);
}

/** Devices send a value every few seconds at most. */
const SHORTEST_MS = MINUTE_MS;
const LONGEST_MS = 5 * 365 * DAY_MS;

/** How far a chart can be moved into the future, as a share of its range. */
const FUTURE_SHARE = 0.5;

/** The range `share` of its length later (earlier, when negative). */
export function panned(range: Range, share: number, now: number): Range {
  const by = share * (range.to - range.from);
  return bounded({ from: range.from + by, to: range.to + by }, now);
}

/** The range made `factor` times as long around `anchor` (0: its start, 1: its end). */
export function zoomed(range: Range, factor: number, anchor: number, now: number): Range {
  const span = range.to - range.from;
  const next = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, span * factor));
  const from = range.from + anchor * (span - next);
  return bounded({ from, to: from + next }, now);
}

/** The last `span` milliseconds, in steps of a bucket: smaller steps are invisible. */
export function newest(span: number, bucket: number, now: number): Range {
  const to = Math.ceil(now / bucket) * bucket;
  return { from: to - span, to };
}

function bounded({ from, to }: Range, now: number): Range {
  const span = to - from;
  const latest = now + FUTURE_SHARE * span;
  const end = Math.round(Math.min(to, latest));
  return { from: end - Math.round(span), to: end };
}
