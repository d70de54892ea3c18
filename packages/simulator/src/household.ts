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
  /** Every quarter-hour of a local day (0 is 1 January 1970), far cheaper than its readings. */
  quarterHours(day: number): MeteredQuarterHour[];
}

/** How much the registers grew in a quarter-hour, in whole watt-hours as they show them, and the extremes of power. */
export interface MeteredQuarterHour {
  at: number;
  drawnWh: number;
  fedInWh: number;
  /** Drawn minus fed in, in whole watts. */
  lowestW: number;
  highestW: number;
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

  function quarterHours(day: number): MeteredQuarterHour[] {
    const profile = profileOf(day);
    const [drawnEdges, fedInEdges] = [edges(drawn, day, profile.drawn), edges(fedIn, day, profile.fedIn)];
    const growthOf = (all: readonly number[], slot: number) => (all[slot + 1] ?? 0) - (all[slot] ?? 0);
    return Array.from(profile.drawn, (_, slot) => {
      const at = profile.startAt + slot * SLOT_MS;
      const draws = stepExtremes(own, at, stepMs, APPLIANCE_DRAWS);
      const feeds = stepExtremes(own, at, stepMs, APPLIANCE_TAKES_FROM_FEED);
      const [drawnWh, fedInWh] = [growthOf(drawnEdges, slot), growthOf(fedInEdges, slot)];
      const stepHours = stepMs / HOUR_MS;
      const net = (draw: number, feed: number) => Math.round((drawnWh * draw - fedInWh * feed) / stepHours);
      return {
        at,
        drawnWh,
        fedInWh,
        lowestW: net(draws.least, feeds.most),
        highestW: net(draws.most, feeds.least),
      };
    });
  }

  return {
    hasSolar,
    stepMs,
    quarterHours,
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
  const current = (stepStart - slotNumber * SLOT_MS) / stepMs;
  let before = 0;
  let within = 0;
  let total = 0;
  stepWeights(own, slotNumber, SLOT_MS / stepMs, applianceWeight).forEach((weight, step) => {
    if (step < current) before += weight;
    if (step === current) within = weight;
    total += weight;
  });
  return { before: before / total, within: within / total };
}

/** The smallest and the largest share of a slot's energy that a step of it has. */
function stepExtremes(
  own: number,
  slotStart: number,
  stepMs: number,
  applianceWeight: number,
): { least: number; most: number } {
  let [least, most, total] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const weight of stepWeights(own, Math.floor(slotStart / SLOT_MS), SLOT_MS / stepMs, applianceWeight)) {
    least = Math.min(least, weight);
    most = Math.max(most, weight);
    total += weight;
  }
  return { least: least / total, most: most / total };
}

/** The energy of each step of a slot, relative to the others. */
function stepWeights(own: number, slotNumber: number, steps: number, applianceWeight: number): Float64Array {
  const slotSeed = mix(own ^ 2, slotNumber);
  const hasAppliance = unit(slotSeed, -1) < SHORT_APPLIANCE_CHANCE;
  const applianceFrom = mix(slotSeed, -2) % steps;
  const applianceUntil = applianceFrom + steps / 5;
  const weights = new Float64Array(steps);
  for (let step = 0; step < steps; step += 1) {
    const isRunning = hasAppliance && step >= applianceFrom && step < applianceUntil;
    weights[step] = 0.85 + 0.3 * unit(slotSeed, step) + (isRunning ? applianceWeight : 0);
  }
  return weights;
}

/** What a register shows at the edges of a day's slots. */
function edges(growth: RegisterGrowth, day: number, slotShares: Float64Array): number[] {
  const registerAfter = registerWithin(growth, day);
  let share = 0;
  const inside = Array.from(slotShares, (slotShare) => {
    share += slotShare;
    return Math.round(registerAfter(share));
  });
  return [Math.round(registerAfter(0)), ...inside];
}

function growthOfStep(
  growth: RegisterGrowth,
  day: number,
  slotShares: Float64Array,
  slot: number,
  step: StepShares,
): { stepWh: number; registerWh: number } {
  const registerAfter = registerWithin(growth, day);
  let before = 0;
  for (let index = 0; index < slot; index += 1) before += slotShares[index] ?? 0;
  const slotShare = slotShares[slot] ?? 0;
  return {
    stepWh: (registerAfter(1) - registerAfter(0)) * slotShare * step.within,
    registerWh: registerAfter(before + slotShare * (step.before + step.within)),
  };
}

/** The register after a share of a day's energy. */
function registerWithin(growth: RegisterGrowth, day: number): (share: number) => number {
  const startWh = registerAtDayStartWh(growth, day);
  const endWh = registerAtDayStartWh(growth, day + 1);
  // Shares add up to 1 except for the last bit, and a register must not fall at midnight even by that.
  return (share) => Math.min(startWh + (endWh - startWh) * share, endWh);
}
