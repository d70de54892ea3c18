/** Hours, days, months and the like as people in a time zone count them: a day may have 23 or 25 hours. */
import { Temporal } from "temporal-polyfill";

export type CalendarUnit = "quarter" | "hour" | "day" | "week" | "month" | "year";

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
