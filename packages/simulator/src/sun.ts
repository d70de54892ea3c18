import { DAY_MS } from "./local-time.ts";
import { MIDSUMMER_DAY, yearlySwing } from "./yearly.ts";

/** Graz. */
const LATITUDE_RADIANS = (47.07 * Math.PI) / 180;
const LONGITUDE_DEGREES = 15.44;

/** The tilt of the earth's axis. */
const TILT_RADIANS = (23.44 * Math.PI) / 180;

const DEGREES_PER_DAY = 360;

/**
 * How high the sun is on a given day: a function of the time that returns the sine of its elevation, 0 at night. Ignores
 * the equation of time (a quarter of an hour at most).
 */
export function sunOfDay(day: number): (instant: number) => number {
  const declination = TILT_RADIANS * yearlySwing(day, MIDSUMMER_DAY);
  const constant = Math.sin(LATITUDE_RADIANS) * Math.sin(declination);
  const amplitude = Math.cos(LATITUDE_RADIANS) * Math.cos(declination);
  const solarOffsetMs = (LONGITUDE_DEGREES / DEGREES_PER_DAY) * DAY_MS;
  return (instant) => {
    const sinceSolarNoon = (instant + solarOffsetMs) / DAY_MS - 0.5;
    return Math.max(0, constant + amplitude * Math.cos(2 * Math.PI * sinceSolarNoon));
  };
}
