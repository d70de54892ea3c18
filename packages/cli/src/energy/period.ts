import { before, type CalendarUnit, startOfPeriod } from "@energylive/core/energy/calendar";
import type { EnergyRange } from "@energylive/core/profile/sums";

import { UsageError } from "../errors.ts";
import { parseInstant } from "../terminal/time.ts";

/** Where a range begins that names no beginning: as many periods back, the current one among them. */
const PERIODS_SHOWN: Record<CalendarUnit, { unit: CalendarUnit; count: number }> = {
  quarter: { unit: "day", count: 1 },
  hour: { unit: "day", count: 1 },
  day: { unit: "day", count: 30 },
  week: { unit: "week", count: 12 },
  month: { unit: "month", count: 12 },
  year: { unit: "year", count: 10 },
};

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
  const to = until === undefined ? now : parseInstant(until, now, zone);
  const { unit, count } = PERIODS_SHOWN[by];
  const from =
    since === undefined
      ? before(unit, zone, startOfPeriod(unit, zone, to), count - 1)
      : parseInstant(since, now, zone);
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
