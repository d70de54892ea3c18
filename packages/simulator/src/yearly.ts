/** The course of a year, as a function of the day's number (0 is 1 January 1970). */

export const DAYS_PER_YEAR = 365.2425;

/** The longest day, about 21 June, and the coldest weeks, about 15 January. */
export const MIDSUMMER_DAY = 171;
export const MIDWINTER_DAY = 14;

/** From 1 on the peak day, through 0, to -1 half a year from it. */
export function yearlySwing(day: number, peakDay: number): number {
  return Math.cos(yearAngle(day - peakDay));
}

/** The integral of `yearlySwing` over the days before `day`, up to a constant. */
export function yearlySwingSum(day: number, peakDay: number): number {
  return (DAYS_PER_YEAR / (2 * Math.PI)) * Math.sin(yearAngle(day - peakDay));
}

function yearAngle(days: number): number {
  return (2 * Math.PI * days) / DAYS_PER_YEAR;
}
