/**
 * The energy registers of a meter at the start of each day, as a closed formula of the day. A household is derived from
 * them: its power is what makes the registers grow (day-profile.ts), so the two always agree, and no earlier years need to
 * be added up.
 */

import { localDay, weekday } from "./local-time.ts";
import { unit } from "./random.ts";
import { yearlySwing, yearlySwingSum } from "./yearly.ts";

/** When all simulated meters start to count. */
export const METERS_SINCE = Date.UTC(2020, 0, 1);

const FIRST_DAY = localDay(METERS_SINCE);

/** By weekday from Monday, relative to the mean: people are at home on weekends. A whole week adds up to zero. */
const WEEKDAY_SURPLUS = [-2, -2, -2, -2, -2, 5, 5] as const;

/** How one register grows. */
export interface RegisterGrowth {
  /** Its value when the meter started to count. */
  initialWh: number;
  /** The average of all days of the year. 0: it does not grow. */
  meanPerDayWh: number;
  /** How much more than the mean on the peak day, and less half a year from it: [0, 0.9]. */
  yearlyShare: number;
  peakDay: number;
  /** A fifth of what a Saturday or Sunday has above the mean: [0, 0.05]. */
  weekendShare: number;
  /** How far randomness may move a day from its season: [0, 0.9]. The sum of all shares leaves every day above zero. */
  chanceShare: number;
  /** Randomness in [0, 1) by day; the energy of a day follows its change until the next. */
  chance: (day: number) => number;
}

/** The register's value at the start of a local day. */
export function registerAtDayStartWh(growth: RegisterGrowth, day: number): number {
  if (growth.meanPerDayWh === 0) return growth.initialWh;
  return growth.initialWh + growth.meanPerDayWh * (meanDays(growth, day) - meanDays(growth, FIRST_DAY));
}

/**
 * How many mean days of energy are counted before `day`, up to a constant. Randomness is added to the sum and not to the
 * days: what one day has more, the next has less, so no sum over days is needed.
 */
function meanDays(growth: RegisterGrowth, day: number): number {
  const { yearlyShare, weekendShare, chanceShare, peakDay } = growth;
  const season = 1 + yearlyShare * yearlySwing(day, peakDay);
  return (
    day +
    yearlyShare * yearlySwingSum(day, peakDay) +
    weekendShare * surplusSinceMonday(day) +
    chanceShare * season * growth.chance(day)
  );
}

function surplusSinceMonday(day: number): number {
  let surplus = 0;
  for (const share of WEEKDAY_SURPLUS.slice(0, weekday(day))) surplus += share;
  return surplus;
}

/** Clouds are the same for all roofs of the region; a roof's own randomness is its trees and its snow. */
export function cloudChance(regionSeed: number, roofSeed: number): (day: number) => number {
  return (day) => 0.85 * unit(regionSeed, day) + 0.15 * unit(roofSeed, day);
}
