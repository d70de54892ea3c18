import { before, startOfPeriod } from "@energylive/core/energy/calendar";
import { namedDay } from "@energylive/core/profile/quarter-hours";

import { UsageError } from "../errors.ts";

const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000, y: 365 * 86_400_000 };

const DURATION = /^(\d+)\s*(s|m|h|d|w|y)$/;
const EPOCH_MS = /^\d{13}$/;

/** A day, or a day and a time, with `Z` or an offset, or in this machine's zone. */
const CALENDAR = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** `25.11.2026`, as it is written in Austria, and with a time. */
const AUSTRIAN = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{2}:\d{2}(?::\d{2})?))?$/;

/** `this month`, `last week`. */
const NAMED = /^(this|last) (day|week|month|year)$/;

/** A year, a month or a day. */
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/;

/** What `--help` says of a time. */
export const TIME_EXAMPLES =
  "1h, 7d (ago), today, yesterday, last month, 2026-11, 25.11.2026, 2026-11-25T08:00Z";

/**
 * A time as a person types it: `1h` ago, today, yesterday, this or last week, month or year, a year, month or day, a time in this machine's
 * zone or with its own, or epoch milliseconds.
 *
 * @param zone whose days are meant; default: this machine's
 * @returns epoch milliseconds: the beginning of what was named
 * @throws {UsageError}
 */
export function parseInstant(text: string, now: number, zone = localZone()): number {
  if (text === "today") return startOfPeriod("day", zone, now);
  if (text === "yesterday") return before("day", zone, startOfPeriod("day", zone, now), 1);
  const [, which, unit] = NAMED.exec(text) ?? [];
  if (unit === "day" || unit === "week" || unit === "month" || unit === "year") {
    const start = startOfPeriod(unit, zone, now);
    return which === "this" ? start : before(unit, zone, start, 1);
  }
  const written = inIsoOrder(text);
  if (DATE.test(written)) {
    const date = `${written}-01-01`.slice(0, "2026-11-25".length);
    if (isDay(date)) return namedDay(zone, date).from;
  }
  const ago = durationMs(text);
  if (ago !== undefined) return now - ago;
  if (text === "now") return now;
  if (EPOCH_MS.test(text)) return Number(text);
  const calendar = written.replace(" ", "T");
  const instant = CALENDAR.test(written) && isDay(written) ? Date.parse(calendar) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new UsageError(`"${text}" is not a time: give ${TIME_EXAMPLES}`);
}

function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `25.11.2026 14:05` as `2026-11-25 14:05`; any other text as it is. */
function inIsoOrder(text: string): string {
  const [, day, month, year, clock] = AUSTRIAN.exec(text) ?? [];
  if (day === undefined || month === undefined) return text;
  return [`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`, clock].filter(Boolean).join(" ");
}

/** Date.parse reads 30 February as 1 March. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * A duration as a person types it: `5m`, `90d`, or a number in `unit`.
 *
 * @returns a whole number of `unit`
 * @throws {UsageError}
 */
export function parseDuration(text: string, unit: "s" | "d", option: string): number {
  const ms = durationMs(/^\d+$/.test(text) ? `${text}${unit}` : text);
  if (ms !== undefined && Number.isInteger(ms / MS[unit])) return ms / MS[unit];
  const name = unit === "s" ? "seconds" : "days";
  const examples = unit === "s" ? "300, 5m or 1h" : "90, 90d or 2y";
  throw new UsageError(`${option} takes ${name}, like ${examples}, not "${text}"`);
}

function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, count, unit] = match;
  return unit !== undefined && unit in MS ? Number(count) * MS[unit as keyof typeof MS] : undefined;
}

/** How long ago, for a person; `never` for no time. */
export function ago(instant: number | string | undefined, now: number, age: (ms: number) => string): string {
  const ms = typeof instant === "string" ? Date.parse(instant) : instant;
  return ms === undefined || Number.isNaN(ms) ? "never" : `${age(now - ms)} ago`;
}
