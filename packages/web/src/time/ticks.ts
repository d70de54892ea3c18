import {
  addDays,
  addMonths,
  DAY_MS,
  HOUR_MS,
  instantOf,
  MINUTE_MS,
  offsetMs,
  startOfDay,
  startOfMonth,
  wallClock,
} from "./zone.ts";

/** Ticks of a time axis and the unit between them. */
export interface TimeTicks {
  unit: TickUnit;
  at: number[];
}

export type TickUnit = "second" | "minute" | "hour" | "day" | "month" | "year";

interface Step {
  unit: TickUnit;
  count: number;
  /** Roughly, for months and years. */
  ms: number;
}

const MONTH_MS = 30.4 * DAY_MS;
const YEAR_MS = 365.25 * DAY_MS;

const step = (unit: TickUnit, unitMs: number) => (count: number) => ({ unit, count, ms: count * unitMs });

/** Counts that people read easily. */
const STEPS: Step[] = [
  ...[1, 5, 10, 15, 30].map(step("second", 1_000)),
  ...[1, 5, 10, 15, 30].map(step("minute", MINUTE_MS)),
  ...[1, 2, 3, 6, 12].map(step("hour", HOUR_MS)),
  ...[1, 2, 3, 7, 14].map(step("day", DAY_MS)),
  ...[1, 2, 3, 6].map(step("month", MONTH_MS)),
  ...[1, 2, 5, 10].map(step("year", YEAR_MS)),
];

const LONGEST: Step = { unit: "year", count: 10, ms: 10 * YEAR_MS };

/** The local Monday of the first week since the epoch, as a number of days since it. */
const FIRST_MONDAY = 4;

/**
 * At most `most` ticks between `from` and `to`, at round times of the zone's clocks. Across a clock change too, six-hour ticks
 * are at 0, 6, 12 and 18 o'clock, and days at midnight.
 */
export function timeTicks(zone: string, from: number, to: number, most: number): TimeTicks {
  const chosen = STEPS.find(({ ms }) => (to - from) / ms <= most) ?? LONGEST;
  const at: number[] = [];
  for (const tick of candidates(zone, from, chosen)) {
    if (tick > to) break;
    if (tick >= from && tick > (at.at(-1) ?? Number.NEGATIVE_INFINITY)) at.push(tick);
  }
  return { unit: chosen.unit, at };
}

/** Ascending and endless, starting at or before `from`. */
function* candidates(zone: string, from: number, { unit, count, ms }: Step): Generator<number> {
  switch (unit) {
    case "second":
    case "minute":
      return yield* evenly(zone, from, ms);
    case "hour":
      return yield* hours(zone, from, count);
    case "day":
      return yield* days(zone, from, count);
    case "month":
      return yield* months(zone, from, count);
    case "year":
      return yield* months(zone, from, 12 * count);
  }
}

function* evenly(zone: string, from: number, ms: number): Generator<number> {
  const offset = offsetMs(zone, from);
  for (let tick = Math.floor((from + offset) / ms) * ms - offset; ; tick += ms) yield tick;
}

function* hours(zone: string, from: number, count: number): Generator<number> {
  if (count === 1) return yield* evenly(zone, from, HOUR_MS);
  for (let day = startOfDay(zone, from); ; day = addDays(zone, day, 1)) {
    const { year, month, day: date } = wallClock(zone, day);
    for (let hour = 0; hour < 24; hour += count) yield instantOf(zone, { year, month, day: date, hour });
  }
}

/** Counts days from the epoch, so the same days have ticks wherever the range starts. */
function* days(zone: string, from: number, count: number): Generator<number> {
  for (let day = startOfDay(zone, from); ; day = startOfDay(zone, addDays(zone, day, 1))) {
    if ((dayNumber(zone, day) - FIRST_MONDAY) % count === 0) yield day;
  }
}

function dayNumber(zone: string, instant: number): number {
  const { year, month, day } = wallClock(zone, instant);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

function* months(zone: string, from: number, count: number): Generator<number> {
  for (let month = startOfMonth(zone, from); ; month = addMonths(zone, month, 1)) {
    const wall = wallClock(zone, month);
    if ((wall.year * 12 + wall.month - 1) % count === 0) yield month;
  }
}
