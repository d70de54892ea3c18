import { describe, expect, it } from "vitest";

import { createHousehold, type Household, type Reading } from "./household.ts";
import { DAY_MS, HOUR_MS, localDay, localOffsetMs, startOfLocalDay, weekday } from "./local-time.ts";

const SEED = 1;
const HOUSEHOLDS = Array.from({ length: 120 }, (_, number) => createHousehold(SEED, number));
const SOLAR = HOUSEHOLDS.filter(({ hasSolar }) => hasSolar);
const WITHOUT_SOLAR = HOUSEHOLDS.filter(({ hasSolar }) => !hasSolar);
const QUARTER_MS = HOUR_MS / 4;
const CHANGE_TO_SUMMER = Date.UTC(2026, 2, 29, 12);
const CHANGE_TO_WINTER = Date.UTC(2026, 9, 25, 12);

function first(households: readonly Household[], stepMs?: number): Household {
  const found = households.find((household) => stepMs === undefined || household.stepMs === stepMs);
  if (found === undefined) throw new Error("no such household in this seed: take more of them");
  return found;
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Readings at a local hour of some days, of many households. */
function readingsAt(
  households: readonly Household[],
  hour: number,
  days: { month: number; only?: (day: number) => boolean },
): Reading[] {
  const from = localDay(Date.UTC(2026, days.month, 1, 12));
  return Array.from({ length: 28 }, (_, index) => from + index)
    .filter(days.only ?? (() => true))
    .flatMap((day) =>
      households.map((household) => household.readingAt(startOfLocalDay(day) + hour * HOUR_MS)),
    );
}

describe("a household's quarter-hours", () => {
  it.each([
    ["a winter's day", Date.UTC(2026, 0, 14, 12), 96],
    ["the day of 23 hours", CHANGE_TO_SUMMER, 92],
    ["the day of 25 hours", CHANGE_TO_WINTER, 100],
  ])("are what its readings say on %s", (_name, noon, count) => {
    for (const household of [first(SOLAR), first(WITHOUT_SOLAR)]) {
      const quarters = household.quarterHours(localDay(noon));
      expect(quarters).toHaveLength(count);
      for (const { at, drawnWh, fedInWh, lowestW, highestW } of quarters) {
        const [start, end] = [household.readingAt(at), household.readingAt(at + QUARTER_MS)];
        expect(drawnWh).toBe(Math.round(end.drawnWh) - Math.round(start.drawnWh));
        expect(fedInWh).toBe(Math.round(end.fedInWh) - Math.round(start.fedInWh));
        const powers = [];
        for (let step = at + household.stepMs; step <= at + QUARTER_MS; step += household.stepMs) {
          const { drawnW, fedInW } = household.readingAt(step);
          powers.push(drawnW - fedInW);
        }
        // The registers are in whole watt-hours: four watts.
        expect(Math.abs(Math.min(...powers) - lowestW)).toBeLessThan(30);
        expect(Math.abs(Math.max(...powers) - highestW)).toBeLessThan(30);
      }
    }
  });
});

describe("a household's registers", () => {
  const days: [string, number, number][] = [
    ["a winter's day", Date.UTC(2026, 0, 14, 12), 24],
    ["a summer's day", Date.UTC(2026, 5, 20, 12), 24],
    ["the day of 23 hours", CHANGE_TO_SUMMER, 23],
    ["the day of 25 hours", CHANGE_TO_WINTER, 25],
  ];
  it.each(days)("grows registers by the integral of the power on %s", (_name, noon, hours) => {
    for (const household of [first(SOLAR, 30_000), first(WITHOUT_SOLAR, 30_000), first(SOLAR, 5_000)]) {
      const from = startOfLocalDay(localDay(noon));
      const until = startOfLocalDay(localDay(noon) + 1);
      expect(until - from).toBe(hours * HOUR_MS);
      const before = household.readingAt(from);
      const integral = { drawnWh: 0, fedInWh: 0 };
      for (let at = from + household.stepMs; at <= until; at += household.stepMs) {
        const { drawnW, fedInW } = household.readingAt(at);
        integral.drawnWh += (drawnW * household.stepMs) / HOUR_MS;
        integral.fedInWh += (fedInW * household.stepMs) / HOUR_MS;
      }
      const after = household.readingAt(until);
      expect(integral.drawnWh).toBeGreaterThan(1_000);
      expect(after.drawnWh - before.drawnWh).toBeCloseTo(integral.drawnWh, 4);
      expect(after.fedInWh - before.fedInWh).toBeCloseTo(integral.fedInWh, 4);
    }
  });

  it("never lets registers fall, from year to year and from step to step at midnight", () => {
    for (const household of HOUSEHOLDS.slice(0, 5)) {
      const instants: number[] = [];
      const firstDay = localDay(Date.UTC(2024, 0, 1, 12));
      for (let day = firstDay; day < firstDay + 800; day += 1) {
        const midnight = startOfLocalDay(day);
        instants.push(midnight - household.stepMs, midnight, midnight + household.stepMs);
        instants.push(midnight + 7 * HOUR_MS, midnight + 13 * HOUR_MS);
      }
      const readings = instants.map(household.readingAt);
      for (const [index, reading] of readings.slice(1).entries()) {
        const previous = readings[index];
        if (previous === undefined) throw new Error("unreachable");
        expect(reading.drawnWh).toBeGreaterThanOrEqual(previous.drawnWh);
        expect(reading.fedInWh).toBeGreaterThanOrEqual(previous.fedInWh);
      }
    }
  });

  it("draws about 1,000 to 7,000 kWh a year, like an Austrian household", () => {
    const year = [Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1)].map((at) =>
      HOUSEHOLDS.map((each) => each.readingAt(at)),
    );
    const drawnKwh = HOUSEHOLDS.map(
      (_, index) => ((year[1]?.[index]?.drawnWh ?? 0) - (year[0]?.[index]?.drawnWh ?? 0)) / 1000,
    );
    expect(Math.min(...drawnKwh)).toBeGreaterThan(1_000);
    expect(Math.max(...drawnKwh)).toBeLessThan(7_000);
  });
});

describe("a household's power", () => {
  it("has the same power whenever it is asked, and whoever asks", () => {
    const at = Date.UTC(2026, 5, 20, 10);
    const reading = createHousehold(SEED, 3).readingAt(at);
    createHousehold(SEED, 3).readingAt(at + DAY_MS);
    expect(createHousehold(SEED, 3).readingAt(at)).toEqual(reading);
    expect(createHousehold(SEED, 4).readingAt(at)).not.toEqual(reading);
    expect(createHousehold(SEED + 1, 3).readingAt(at)).not.toEqual(reading);
  });

  it("has power that is never negative, never in both directions, and never that of a factory", () => {
    for (const household of HOUSEHOLDS) {
      for (let at = Date.UTC(2026, 3, 1); at < Date.UTC(2026, 3, 8); at += HOUR_MS) {
        const { drawnW, fedInW } = household.readingAt(at);
        expect(Math.min(drawnW, fedInW)).toBe(0);
        expect(Math.max(drawnW, fedInW)).toBeLessThan(20_000);
      }
    }
  });

  it("draws less at night than on an average evening", () => {
    const night = average(readingsAt(WITHOUT_SOLAR, 3, { month: 1 }).map(({ drawnW }) => drawnW));
    const evening = average(readingsAt(WITHOUT_SOLAR, 19.5, { month: 1 }).map(({ drawnW }) => drawnW));
    expect(night).toBeGreaterThan(50);
    expect(evening).toBeGreaterThan(3 * night);
  });

  it("rises later in the morning on weekends", () => {
    const isWeekend = (day: number) => weekday(day) >= 5;
    const drawnAt = (hour: number, only: (day: number) => boolean) =>
      average(readingsAt(WITHOUT_SOLAR, hour, { month: 1, only }).map(({ drawnW }) => drawnW));
    const workday = drawnAt(6.5, (day) => !isWeekend(day));
    expect(workday).toBeGreaterThan(1.3 * drawnAt(6.5, isWeekend));
  });

  it("follows the wall clock, even on the day it changes", () => {
    /** The average power of the waking hours; `hoursLate`: by a clock that is wrong by this much. */
    const wakingHours = (noon: number, hoursLate = 0) =>
      Array.from({ length: 15 * 4 }, (_, quarter) => {
        const local = localDay(noon) * DAY_MS + (6 + hoursLate) * HOUR_MS + quarter * QUARTER_MS;
        const at = local - localOffsetMs(noon);
        return average(WITHOUT_SOLAR.map((each) => each.readingAt(at + QUARTER_MS / 3).drawnW));
      });
    for (const noon of [CHANGE_TO_SUMMER, CHANGE_TO_WINTER]) {
      const sundayBefore = wakingHours(noon - 7 * DAY_MS);
      const differenceTo = (powers: number[]) =>
        average(powers.map((power, index) => Math.abs(power - (sundayBefore[index] ?? 0))));
      const rightClock = differenceTo(wakingHours(noon));
      expect(differenceTo(wakingHours(noon, 1))).toBeGreaterThan(1.3 * rightClock);
      expect(differenceTo(wakingHours(noon, -1))).toBeGreaterThan(1.3 * rightClock);
    }
  });
});

describe("solar power", () => {
  it("feeds in at noon, in June much more than in December, and never at night", () => {
    const june = average(readingsAt(SOLAR, 13, { month: 5 }).map(({ fedInW }) => fedInW));
    const december = average(readingsAt(SOLAR, 12, { month: 11 }).map(({ fedInW }) => fedInW));
    expect(june).toBeGreaterThan(1_000);
    expect(june).toBeGreaterThan(3 * december);
    expect(readingsAt(SOLAR, 0.5, { month: 5 }).filter(({ fedInW }) => fedInW > 0)).toEqual([]);
  });

  it("depends on the clouds, which all roofs share", () => {
    const [one, other] = SOLAR;
    const firstDay = localDay(Date.UTC(2026, 5, 1, 12));
    const fedInOf = (household: Household | undefined) =>
      Array.from({ length: 30 }, (_, index) => {
        const [from, until] = [startOfLocalDay(firstDay + index), startOfLocalDay(firstDay + index + 1)];
        return (household?.readingAt(until).fedInWh ?? 0) - (household?.readingAt(from).fedInWh ?? 0);
      });
    const [mine, theirs] = [fedInOf(one), fedInOf(other)];
    expect(Math.max(...mine)).toBeGreaterThan(2 * Math.min(...mine));
    const bestDay = mine.indexOf(Math.max(...mine));
    expect(theirs[bestDay]).toBeGreaterThan(average(theirs));
  });

  it("feeds in from some roofs only; the other households never feed in", () => {
    expect(SOLAR.length).toBeGreaterThan(20);
    expect(WITHOUT_SOLAR.length).toBeGreaterThan(40);
    const readings = readingsAt(WITHOUT_SOLAR, 13, { month: 5 });
    expect(readings.filter(({ fedInW }) => fedInW !== 0)).toEqual([]);
    const household = first(WITHOUT_SOLAR);
    const years = [2021, 2024, 2030].map((year) => household.readingAt(Date.UTC(year, 6, 1)).fedInWh);
    expect(new Set(years).size).toBe(1);
  });
});
