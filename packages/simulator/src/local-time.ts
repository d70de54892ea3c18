/**
 * Austrian local time, computed: `Intl` would take most of the time of a simulated poll. The EU's rule since 1996: daylight
 * saving lasts from the last Sunday of March to the last Sunday of October, changing at 01:00 UTC (2000/84/EC).
 */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const MARCH = 2;
const OCTOBER = 9;

/** How far local time is ahead of UTC at a given time. */
export function localOffsetMs(instant: number): number {
  const year = new Date(instant).getUTCFullYear();
  const summer = instant >= changeAt(year, MARCH) && instant < changeAt(year, OCTOBER);
  return summer ? 2 * HOUR_MS : HOUR_MS;
}

function changeAt(year: number, month: number): number {
  const lastOfMonth = Date.UTC(year, month + 1, 0, 1);
  return lastOfMonth - new Date(lastOfMonth).getUTCDay() * DAY_MS;
}

/** The number of the local calendar day: 0 is 1 January 1970. */
export function localDay(instant: number): number {
  return Math.floor((instant + localOffsetMs(instant)) / DAY_MS);
}

/** The start of a local day. It lasts 23 or 25 hours when the clocks change. */
export function startOfLocalDay(day: number): number {
  const utcMidnight = day * DAY_MS;
  // Local midnight is one or two hours before UTC's. The clocks change later in the day, so both have the same offset.
  return utcMidnight - localOffsetMs(utcMidnight - 2 * HOUR_MS);
}

/** 0 is Monday. 1 January 1970 was a Thursday. */
export function weekday(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
