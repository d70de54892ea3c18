/** A household at its meter: power and registers as a function of time, without state. */

import { dayProfile, type Habits, SLOT_MS } from "./day-profile.ts";
import { HOUR_MS, localDay } from "./local-time.ts";
import { between, derive, mix, unit } from "./random.ts";
import { cloudChance, type RegisterGrowth, registerAtDayStartWh } from "./registers.ts";
import { MIDSUMMER_DAY, MIDWINTER_DAY } from "./yearly.ts";

export interface Household {
  hasSolar: boolean;
  /** Power is constant between two multiples of this. Divides a quarter-hour. */
  stepMs: number;
  /** @param at a multiple of `stepMs` */
  readingAt(at: number): Reading;
}

/** What the meter shows: the average power of the step that ends at `at`, and the registers at its end. */
export interface Reading {
  at: number;
  drawnW: number;
  fedInW: number;
  drawnWh: number;
  fedInWh: number;
}

const STEPS_MS = [5_000, 10_000, 15_000, 30_000] as const;

const SOLAR_SHARE_OF_HOUSEHOLDS = 0.35;

/** The `number`-th household (from 0). */
export function createHousehold(seed: number, number: number): Household {
  const own = mix(derive(seed, "household"), number);
  const hasSolar = unit(own, 0) < SOLAR_SHARE_OF_HOUSEHOLDS;
  const stepMs = STEPS_MS[mix(own, 1) % STEPS_MS.length] ?? STEPS_MS[0];
  const habits = chooseHabits(own);
  const drawn = chooseDrawn(own, hasSolar);
  const fedIn = chooseFedIn(seed, own, hasSolar);
  const solarPower = hasSolar ? between(own, 2, 3, 8) : 0;
  const profileOf = lastOnly((day) => dayProfile(habits, day, solarPower * brightness(fedIn, day)));

  return {
    hasSolar,
    stepMs,
    readingAt(at) {
      const stepStart = at - stepMs;
      const day = localDay(stepStart);
      const profile = profileOf(day);
      const slot = Math.floor((stepStart - profile.startAt) / SLOT_MS);
      const drawShares = stepShares(own, stepStart, stepMs, APPLIANCE_DRAWS);
      const feedShares = stepShares(own, stepStart, stepMs, APPLIANCE_TAKES_FROM_FEED);
      const draw = growthOfStep(drawn, day, profile.drawn, slot, drawShares);
      const feed = growthOfStep(fedIn, day, profile.fedIn, slot, feedShares);
      const stepHours = stepMs / HOUR_MS;
      return {
        at,
        drawnW: draw.stepWh / stepHours,
        fedInW: feed.stepWh / stepHours,
        drawnWh: draw.registerWh,
        fedInWh: feed.registerWh,
      };
    },
  };
}

/** Remembers only the last answer: clients ask about today, and a thousand households must not fill the memory. */
function lastOnly<T>(compute: (day: number) => T): (day: number) => T {
  let last: { day: number; answer: T } | undefined;
  return (day) => {
    if (last?.day !== day) last = { day, answer: compute(day) };
    return last.answer;
  };
}

function chooseHabits(own: number): Habits {
  return {
    seed: derive(own, "habits"),
    nightPower: between(own, 10, 0.2, 0.4),
    morningPeakHour: between(own, 11, 6, 8),
    morningPower: between(own, 12, 0.5, 1),
    eveningPeakHour: between(own, 13, 18, 20.5),
    eveningPower: between(own, 14, 1, 1.6),
  };
}

/** 2,000 to 6,000 kWh a year; with solar less, and mostly in winter. */
function chooseDrawn(own: number, hasSolar: boolean): RegisterGrowth {
  const chanceSeed = derive(own, "drawn");
  return {
    initialWh: between(own, 20, 0, 5_000_000),
    meanPerDayWh: between(own, 21, 5_500, 16_500) * (hasSolar ? 0.65 : 1),
    yearlyShare: hasSolar ? between(own, 22, 0.4, 0.55) : between(own, 22, 0.1, 0.3),
    peakDay: MIDWINTER_DAY,
    weekendShare: between(own, 23, 0.01, 0.03),
    chanceShare: 0.3,
    chance: (day) => unit(chanceSeed, day),
  };
}

/** 2,000 to 6,000 kWh a year. Without solar the register shows what was left by the meter's test. */
function chooseFedIn(seed: number, own: number, hasSolar: boolean): RegisterGrowth {
  return {
    initialWh: Math.floor(between(own, 30, 0, 5_000)),
    meanPerDayWh: hasSolar ? between(own, 31, 5_500, 16_500) : 0,
    yearlyShare: between(own, 32, 0.75, 0.85),
    peakDay: MIDSUMMER_DAY,
    weekendShare: 0,
    chanceShare: 0.85,
    chance: cloudChance(derive(seed, "clouds"), derive(own, "roof")),
  };
}

/** A day's share of what an average day of its season feeds in: near 0 when overcast, up to almost 2 when clear. */
function brightness(fedIn: RegisterGrowth, day: number): number {
  return 1 + fedIn.chanceShare * (fedIn.chance(day + 1) - fedIn.chance(day));
}

interface StepShares {
  /** The shares of the slot's energy before the step and in it. */
  before: number;
  within: number;
}

/** Within a slot power varies (compressors, clouds), and some slots have a short-lived appliance (kettle, hotplate). */
const SHORT_APPLIANCE_CHANCE = 0.3;
const APPLIANCE_DRAWS = 3;
const APPLIANCE_TAKES_FROM_FEED = -0.5;

function stepShares(own: number, stepStart: number, stepMs: number, applianceWeight: number): StepShares {
  const slotNumber = Math.floor(stepStart / SLOT_MS);
  const slotSeed = mix(own ^ 2, slotNumber);
  const steps = SLOT_MS / stepMs;
  const current = (stepStart - slotNumber * SLOT_MS) / stepMs;
  const hasAppliance = unit(slotSeed, -1) < SHORT_APPLIANCE_CHANCE;
  const applianceFrom = mix(slotSeed, -2) % steps;
  const applianceUntil = applianceFrom + steps / 5;
  let before = 0;
  let within = 0;
  let total = 0;
  for (let step = 0; step < steps; step += 1) {
    const isRunning = hasAppliance && step >= applianceFrom && step < applianceUntil;
    const weight = 0.85 + 0.3 * unit(slotSeed, step) + (isRunning ? applianceWeight : 0);
    if (step < current) before += weight;
    if (step === current) within = weight;
    total += weight;
  }
  return { before: before / total, within: within / total };
}

function growthOfStep(
  growth: RegisterGrowth,
  day: number,
  slotShares: Float64Array,
  slot: number,
  step: StepShares,
): { stepWh: number; registerWh: number } {
  const startWh = registerAtDayStartWh(growth, day);
  const endWh = registerAtDayStartWh(growth, day + 1);
  const dayWh = endWh - startWh;
  let before = 0;
  for (let index = 0; index < slot; index += 1) before += slotShares[index] ?? 0;
  const slotShare = slotShares[slot] ?? 0;
  const share = before + slotShare * (step.before + step.within);
  return {
    stepWh: dayWh * slotShare * step.within,
    // Shares add up to 1 except for the last bit, and a register must not fall at midnight even by that.
    registerWh: Math.min(startWh + dayWh * share, endWh),
  };
}
