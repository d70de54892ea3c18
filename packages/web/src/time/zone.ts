/** Calendar arithmetic in a time zone, in epoch milliseconds. */
import { Temporal } from "temporal-polyfill";

export interface WallClock {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const MONDAY = 1;

export function viewerZone(): string {
  return Temporal.Now.timeZoneId();
}

/** What clocks in `zone` show at `instant`. */
export function wallClock(zone: string, instant: number): WallClock {
  const { year, month, day, hour, minute, second } = zoned(zone, instant);
  return { year, month, day, hour, minute, second };
}

/** Whether clocks in `zone` show this time twice, because they go back. */
export function isShownTwice(zone: string, instant: number): boolean {
  const wall = zoned(zone, instant).toPlainDateTime();
  const [first, second] = (["earlier", "later"] as const).map(
    (disambiguation) => wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
  );
  return first !== second;
}

/**
 * The instant when clocks in `zone` show this. The first of two when clocks go back; a skipped time moves behind the skip.
 */
export function instantOf(
  zone: string,
  wall: Pick<WallClock, "year" | "month" | "day"> & Partial<WallClock>,
): number {
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds;
}

export function startOfDay(zone: string, instant: number): number {
  return zoned(zone, instant).startOfDay().epochMilliseconds;
}

/** The Monday of its week. */
export function startOfWeek(zone: string, instant: number): number {
  const day = zoned(zone, instant).startOfDay();
  return day.subtract({ days: day.dayOfWeek - MONDAY }).startOfDay().epochMilliseconds;
}

export function startOfMonth(zone: string, instant: number): number {
  return zoned(zone, instant).with({ day: 1 }).startOfDay().epochMilliseconds;
}

export function startOfYear(zone: string, instant: number): number {
  return zoned(zone, instant).with({ month: 1, day: 1 }).startOfDay().epochMilliseconds;
}

/** The same time of day some calendar days later. */
export function addDays(zone: string, instant: number, days: number): number {
  return zoned(zone, instant).add({ days }).epochMilliseconds;
}

export function addMonths(zone: string, instant: number, months: number): number {
  return zoned(zone, instant).add({ months }).epochMilliseconds;
}

/** How far clocks in `zone` are ahead of UTC. */
export function offsetMs(zone: string, instant: number): number {
  return zoned(zone, instant).offsetNanoseconds / 1e6;
}

function zoned(zone: string, instant: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(zone);
}
