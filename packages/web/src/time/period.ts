/**
 * Calendar periods and their names, as an address has them: `2026`, `2026-11`, `2026-W48` and `2026-11-25`; the current one is
 * `year`, `month`, `week` or `day`, and follows the clock.
 */

import { Temporal } from "temporal-polyfill";
import {
  addDays,
  addMonths,
  DAY_MS,
  instantOf,
  startOfDay,
  startOfMonth,
  startOfWeek,
  startOfYear,
} from "./zone.ts";

export const PERIOD_UNITS = ["day", "week", "month", "year"] as const;

export type PeriodUnit = (typeof PERIOD_UNITS)[number];

export interface Period {
  unit: PeriodUnit;
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
}

const NAME = /^(\d{4})(?:-(?:W(\d{2})|(\d{2})(?:-(\d{2}))?))?$/;

/** The period that contains `at`. */
export function periodAt(zone: string, unit: PeriodUnit, at: number): Period {
  const from = STARTS[unit](zone, at);
  return { unit, from, to: moved(zone, unit, from, 1) };
}

/** The period of that name; nothing for another text. */
export function readPeriod(zone: string, name: string, now: number): Period | undefined {
  const current = PERIOD_UNITS.find((unit) => unit === name);
  if (current !== undefined) return periodAt(zone, current, now);
  const [, year, week, month, day] = NAME.exec(name) ?? [];
  if (year === undefined) return undefined;
  const unit =
    week !== undefined ? "week" : day !== undefined ? "day" : month !== undefined ? "month" : "year";
  // The fourth of January is in the first week.
  const wall = {
    year: Number(year),
    month: Number(month ?? 1),
    day: Number(day ?? (unit === "week" ? 4 : 1)),
  };
  const at = addDays(zone, instantOf(zone, wall), 7 * (Number(week ?? 1) - 1));
  const period = periodAt(zone, unit, at);
  // The 30th of February has another name.
  return fixedName(zone, period) === name ? period : undefined;
}

/** The name of a period; of the current one the name that follows the clock. */
export function periodName(zone: string, period: Period, now: number): string {
  return period.from <= now && now < period.to ? period.unit : fixedName(zone, period);
}

function fixedName(zone: string, { unit, from }: Period): string {
  const date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate();
  if (unit === "day") return date.toString();
  if (unit === "month") return date.toPlainYearMonth().toString();
  if (unit === "year") return String(date.year).padStart(4, "0");
  return `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, "0")}`;
}

/** The period `count` later; earlier, when negative. */
export function steppedPeriod(zone: string, { unit, from }: Period, count: number): Period {
  return periodAt(zone, unit, moved(zone, unit, from, count));
}

/** Where a period's times lie in another period. */
export interface Alignment {
  /** The time in the second period that belongs to one in the first. */
  toSecond(at: number): number;
  /** Back again; `NaN` for a time outside of the second period. */
  toFirst(at: number): number;
}

/**
 * Lays two periods of one unit over each other: the first of a month over the first, a date over the same date of another year, always
 * at the same time of day.
 *
 * @param byWeekday lays weekdays over weekdays instead: dates move by up to three days
 */
export function alignPeriods(zone: string, first: Period, second: Period, byWeekday: boolean): Alignment {
  const within = (at: number, moved: number) => (at >= second.from && at < second.to ? moved : Number.NaN);
  if (first.unit === "year" && !byWeekday) {
    // Some months longer or shorter make half a day at most.
    const years = Math.round((second.from - first.from) / (365.25 * DAY_MS));
    return {
      toSecond: (at) => addMonths(zone, at, 12 * years),
      toFirst: (at) => within(at, addMonths(zone, at, -12 * years)),
    };
  }
  const between = Math.round((second.from - first.from) / DAY_MS);
  const days = byWeekday ? 7 * Math.round(between / 7) : between;
  return {
    toSecond: (at) => addDays(zone, at, days),
    toFirst: (at) => within(at, addDays(zone, at, -days)),
  };
}

const STARTS: Record<PeriodUnit, (zone: string, at: number) => number> = {
  day: startOfDay,
  week: startOfWeek,
  month: startOfMonth,
  year: startOfYear,
};

function moved(zone: string, unit: PeriodUnit, from: number, count: number): number {
  if (unit === "day") return addDays(zone, from, count);
  if (unit === "week") return addDays(zone, from, 7 * count);
  return addMonths(zone, from, unit === "month" ? count : 12 * count);
}
