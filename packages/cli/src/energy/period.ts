import { before, type CalendarUnit, startOfPeriod } from "@energylive/core/energy/calendar";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import type { EnergyRange } from "@energylive/core/profile/sums";

import { UsageError } from "../errors.ts";
import { parseInstant } from "../terminal/time.ts";

export const UNITS = ["quarter", "hour", "day", "week", "month", "year"] as const;

/** Where a range begins that names no beginning: as many periods back, the current one among them. */
const PERIODS_SHOWN: Record<CalendarUnit, { unit: CalendarUnit; count: number }> = {
  quarter: { unit: "day", count: 1 },
  hour: { unit: "day", count: 1 },
  day: { unit: "day", count: 30 },
  week: { unit: "week", count: 12 },
  month: { unit: "month", count: 12 },
  year: { unit: "year", count: 10 },
};

const DAY = /^\d{4}-\d\d-\d\d$/;
const MONTH = /^\d{4}-\d\d$/;
const YEAR = /^\d{4}$/;

/**
 * A time as a person types it, days in `zone`: today, yesterday, 2026, 2026-11, 2026-11-25, 7d (ago), or a time with its zone.
 *
 * @returns epoch milliseconds: the beginning of what was named
 * @throws {UsageError}
 */
export function parseBeginning(text: string, zone: string, now: number): number {
  if (text === "today") return startOfPeriod("day", zone, now);
  if (text === "yesterday") return before("day", zone, startOfPeriod("day", zone, now), 1);
  const day = DAY.test(text)
    ? text
    : MONTH.test(text)
      ? `${text}-01`
      : YEAR.test(text)
        ? `${text}-01-01`
        : undefined;
  if (day === undefined) return parseInstant(text, now);
  try {
    return namedDay(zone, day).from;
  } catch {
    throw new UsageError(`"${text}" is not a time: give today, 2026, 2026-11, 2026-11-25 or 7d (ago)`);
  }
}

/**
 * The range that `--since` and `--until` name.
 *
 * @throws {UsageError}
 */
export function rangeOf(
  { since, until }: { since?: string | undefined; until?: string | undefined },
  by: CalendarUnit,
  zone: string,
  now: number,
): EnergyRange {
  const to = until === undefined ? now : parseBeginning(until, zone, now);
  const { unit, count } = PERIODS_SHOWN[by];
  const from =
    since === undefined
      ? before(unit, zone, startOfPeriod(unit, zone, to), count - 1)
      : parseBeginning(since, zone, now);
  if (from >= to) throw new UsageError(`--since ${since ?? from} is not before --until ${until ?? "now"}`);
  return { from, to };
}

export const COMPARISONS = ["previous", "last-year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** The range to compare with: as many periods before, or the same of the year before. */
export function comparedRange(
  { from, to }: EnergyRange,
  with_: Comparison,
  by: CalendarUnit,
  zone: string,
  periods: number,
): EnergyRange {
  const back = (at: number) =>
    with_ === "last-year" ? before("year", zone, at, 1) : before(by, zone, at, periods);
  return { from: back(from), to: back(to) };
}
