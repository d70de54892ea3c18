/** Hours, days, months and the like as people in a time zone count them: a day may have 23 or 25 hours. */
import { Temporal } from "temporal-polyfill";

export const CALENDAR_UNITS = ["quarter", "hour", "day", "week", "month", "year"] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/**
 * The starts of the quarter-hours, hours, days, weeks (from Monday), months or years that [`from`, `to`) touches, and the end of the last one; in epoch milliseconds,
 * in order.
 *
 * @param zone an IANA name: `Europe/Vienna`
 * @throws {RangeError} for a zone that does not exist
 */
export function calendarBoundaries(unit: CalendarUnit, zone: string, from: number, to: number): number[] {
  let start = startOf(unit, zoned(from, zone));
  const boundaries = [start.epochMilliseconds];
  while (start.epochMilliseconds < to) {
    start = nextAfter(unit, start);
    boundaries.push(start.epochMilliseconds);
  }
  return boundaries;
}

/** `count` hours, days, months, … before `at`, at the same wall-clock time as far as the calendar has it. */
export function before(unit: CalendarUnit, zone: string, at: number, count: number): number {
  const step = unit === "quarter" ? { minutes: 15 * count } : { [`${unit}s`]: count };
  return zoned(at, zone).subtract(step).epochMilliseconds;
}

/** The start of the hour, day, month, … that contains `at`. */
export function startOfPeriod(unit: CalendarUnit, zone: string, at: number): number {
  return startOf(unit, zoned(at, zone)).epochMilliseconds;
}

/** The start of the day that contains `at`. */
export function startOfDay(zone: string, at: number): number {
  return zoned(at, zone).startOfDay().epochMilliseconds;
}

/** The day before, at the same wall-clock time. A time that the clock skipped is taken as an hour later. */
export function sameTimeYesterday(zone: string, at: number): number {
  return zoned(at, zone).subtract({ days: 1 }).epochMilliseconds;
}

/** With its offset: `2026-11-25T14:05:10.000+01:00`. */
export function localTime(zone: string, at: number): string {
  return zoned(at, zone).toString({ timeZoneName: "never", fractionalSecondDigits: 3 });
}

/**
 * The instants that a wall-clock time can mean, in order: two in the hour that a clock repeats, none in one that it skips.
 *
 * @param wall `2026-10-25T02:15`
 * @throws {RangeError} for a text that is not a date and a time
 */
export function wallInstants(zone: string, wall: string): number[] {
  const plain = Temporal.PlainDateTime.from(wall);
  const earlier = plain.toZonedDateTime(zone, { disambiguation: "earlier" });
  if (!earlier.toPlainDateTime().equals(plain)) return [];
  const later = plain.toZonedDateTime(zone, { disambiguation: "later" });
  return [...new Set([earlier.epochMilliseconds, later.epochMilliseconds])];
}

/** `2026-11-25T14:05:10.123456Z`, with an offset, or with neither. */
const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The instant of an ISO 8601 time, in epoch milliseconds; `undefined` if it is none.
 *
 * @param zone of a time without an offset; the first one of a repeated hour
 */
export function instantOf(zone: string, text: string): number | undefined {
  const [whole, offset] = ISO.exec(text) ?? [];
  if (whole === undefined) return undefined;
  try {
    return offset === undefined
      ? wallInstants(zone, whole)[0]
      : Temporal.Instant.from(whole).epochMilliseconds;
  } catch {
    return undefined;
  }
}

export function isTimeZone(zone: string): boolean {
  try {
    zoned(0, zone);
    return true;
  } catch {
    return false;
  }
}

function zoned(at: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
}

function startOf(unit: CalendarUnit, time: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  switch (unit) {
    case "quarter":
      return time.round({ smallestUnit: "minute", roundingIncrement: 15, roundingMode: "floor" });
    case "hour":
      return time.round({ smallestUnit: "hour", roundingMode: "floor" });
    case "day":
      return time.startOfDay();
    case "week":
      return time.subtract({ days: time.dayOfWeek - 1 }).startOfDay();
    case "month":
      return time.with({ day: 1 }).startOfDay();
    case "year":
      return time.with({ month: 1, day: 1 }).startOfDay();
  }
}

/** Rounded again: where clocks changed, a day need not start at midnight, nor an hour at :00. */
function nextAfter(unit: CalendarUnit, start: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const later = start.add(unit === "quarter" ? { minutes: 15 } : { [`${unit}s`]: 1 });
  const next = startOf(unit, later);
  return next.epochMilliseconds > start.epochMilliseconds ? next : later;
}
