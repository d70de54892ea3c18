/** Quarter-hours, the settlement interval of the European power market, and the local days that they belong to. */
import { Temporal } from "temporal-polyfill";

export const QUARTER_HOUR_MS = 15 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** A local calendar day. It has 92 quarter-hours when clocks go forward, 100 when they go back, and 96 otherwise. */
export interface LocalDay {
  /** `2026-11-25`. */
  day: string;
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
}

/** The start of the quarter-hour that contains `at`: all zones of today are whole quarter-hours away from UTC. */
export function quarterHourOf(at: number): number {
  return Math.floor(at / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}

/** The end of the quarter-hour that contains `at`. */
export function endOfQuarterHour(at: number): number {
  return quarterHourOf(at) + QUARTER_HOUR_MS;
}

/**
 * The local day that contains `at`.
 *
 * @throws {RangeError} for a zone that does not exist
 */
export function localDay(zone: string, at: number): LocalDay {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  return dayOf(zone, date);
}

/** The local days that [`from`, `to`) touches, in order. */
export function localDays(zone: string, from: number, to: number): LocalDay[] {
  const days: LocalDay[] = [];
  for (let day = localDay(zone, from); day.from < to; day = localDay(zone, day.to)) days.push(day);
  return days;
}

/**
 * The local day of that name.
 *
 * @throws {RangeError} for a text that is not a date
 */
export function namedDay(zone: string, day: string): LocalDay {
  return dayOf(zone, Temporal.PlainDate.from(day));
}

/** The days of a zone that a range touches, in whatever zone it was meant: a day of one may begin up to a day before that of another. */
export function daysAround(
  zone: string,
  { from, to }: { from: number; to: number },
): { since: string; until: string } {
  return { since: localDay(zone, from - DAY_MS).day, until: localDay(zone, to + DAY_MS).day };
}

/** The number of quarter-hours of a local day. */
export function quarterHoursOf({ from, to }: LocalDay): number {
  return (to - from) / QUARTER_HOUR_MS;
}

function dayOf(zone: string, date: Temporal.PlainDate): LocalDay {
  const start = (of: Temporal.PlainDate) => of.toZonedDateTime(zone).epochMilliseconds;
  return { day: date.toString(), from: start(date), to: start(date.add({ days: 1 })) };
}
