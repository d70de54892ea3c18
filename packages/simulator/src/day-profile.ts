/** How the energy of a day is spread over its quarter-hours. */

import { DAY_MS, HOUR_MS, localOffsetMs, startOfLocalDay, weekday } from "./local-time.ts";
import { unit } from "./random.ts";
import { sunOfDay } from "./sun.ts";

/** Within a slot a household either draws or feeds in; the minutes within are household.ts's business. */
export const SLOT_MS = 15 * 60_000;

/** People's habits. Power is relative to itself: the registers say how much it is in Wh. */
export interface Habits {
  seed: number;
  /** Power at night, against 1 for an average peak: standby, fridge, boiler. */
  nightPower: number;
  morningPeakHour: number;
  morningPower: number;
  eveningPeakHour: number;
  eveningPower: number;
}

export interface DayProfile {
  startAt: number;
  /** The share of the day's drawn energy, by slot. They add up to 1. */
  drawn: Float64Array;
  /** The same of the energy fed in; all 0 without solar. No slot has both. */
  fedIn: Float64Array;
}

/** On weekends people sleep longer, and cook at noon. */
const WEEKEND_DELAY_HOURS = 2;
const WEEKEND_NOON_POWER = 0.4;
const NOON_HOUR = 12.5;

/** Widths (standard deviations) of the day's peaks. */
const MORNING_HOURS = 1.1;
const NOON_HOURS = 1.2;
const EVENING_HOURS = 2.2;

/** Big appliances (stove, washing machine, kettle) run in one of four slots while people are about. */
const APPLIANCE_CHANCE = 0.25;
const APPLIANCE_POWER = 2;

/** Even a dark day's noon sun exceeds the load by so much: the register says that something was fed in. */
const LEAST_NOON_EXCESS = 1.2;

/**
 * The profile of a local day (23, 24 or 25 hours long).
 *
 * @param solarPower what the sun brings when it stands in the zenith, on the scale of the habits; 0 without solar
 */
export function dayProfile(habits: Habits, day: number, solarPower: number): DayProfile {
  const startAt = startOfLocalDay(day);
  const slots = Math.round((startOfLocalDay(day + 1) - startAt) / SLOT_MS);
  const load = loadPower(habits, day, startAt, slots);
  const solar = solarPower === 0 ? new Float64Array(slots) : sunPower(load, day, startAt, solarPower);
  return {
    startAt,
    drawn: normalised(load.map((power, slot) => Math.max(0, power - (solar[slot] ?? 0)))),
    fedIn: normalised(solar.map((power, slot) => Math.max(0, power - (load[slot] ?? 0)))),
  };
}

function loadPower(habits: Habits, day: number, startAt: number, slots: number): Float64Array {
  const isWeekend = weekday(day) >= 5;
  const clocksChange = slots * SLOT_MS !== DAY_MS;
  const dayOffset = localOffsetMs(startAt);
  return new Float64Array(slots).map((_, slot) => {
    const at = startAt + slot * SLOT_MS;
    const offset = clocksChange ? localOffsetMs(at) : dayOffset;
    const hour = ((at + offset) % DAY_MS) / HOUR_MS;
    return slotPower(habits, hour, isWeekend, Math.floor(at / SLOT_MS));
  });
}

function slotPower(habits: Habits, hour: number, isWeekend: boolean, slotNumber: number): number {
  const morningHour = habits.morningPeakHour + (isWeekend ? WEEKEND_DELAY_HOURS : 0);
  const activity =
    habits.morningPower * peak(hour, morningHour, MORNING_HOURS) +
    habits.eveningPower * peak(hour, habits.eveningPeakHour, EVENING_HOURS) +
    (isWeekend ? WEEKEND_NOON_POWER * peak(hour, NOON_HOUR, NOON_HOURS) : 0);
  const chance = unit(habits.seed, slotNumber);
  const appliance = chance < APPLIANCE_CHANCE * activity ? APPLIANCE_POWER : 0;
  const flicker = 0.8 + 0.4 * unit(habits.seed ^ 1, slotNumber);
  return (habits.nightPower + activity) * flicker + appliance;
}

function peak(hour: number, at: number, width: number): number {
  const distance = (hour - at) / width;
  return Math.exp(-0.5 * distance * distance);
}

function sunPower(load: Float64Array, day: number, startAt: number, solarPower: number): Float64Array {
  const sun = sunOfDay(day);
  const height = load.map((_, slot) => sun(startAt + (slot + 0.5) * SLOT_MS));
  const noon = height.indexOf(Math.max(...height));
  const noonHeight = height[noon] ?? 1;
  const atNoon = Math.max(solarPower * noonHeight, LEAST_NOON_EXCESS * (load[noon] ?? 0));
  return height.map((sine) => (sine / noonHeight) * atNoon);
}

function normalised(powers: Float64Array): Float64Array {
  const total = powers.reduce((sum, power) => sum + power, 0);
  return total === 0 ? powers : powers.map((power) => power / total);
}
