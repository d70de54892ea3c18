import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { alignPeriods, PERIOD_UNITS, periodAt, periodName, readPeriod, steppedPeriod } from "./period.ts";
import { DAY_MS } from "./zone.ts";

const ZONE = "Europe/Vienna";
const NOW = Date.parse("2026-11-25T12:00:00Z");

const read = (name: string) => {
  const period = readPeriod(ZONE, name, NOW);
  if (period === undefined) throw new Error(`${name} is no period`);
  return period;
};
const shown = (name: string) => {
  const { unit, from, to } = read(name);
  return [unit, new Date(from).toISOString(), new Date(to).toISOString()];
};

describe("a calendar period", () => {
  it.each([
    ["2026-11-25", "day", "2026-11-24T23:00:00.000Z", "2026-11-25T23:00:00.000Z"],
    ["2026-10-25", "day", "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"],
    ["2026-W48", "week", "2026-11-22T23:00:00.000Z", "2026-11-29T23:00:00.000Z"],
    ["2026-W01", "week", "2025-12-28T23:00:00.000Z", "2026-01-04T23:00:00.000Z"],
    ["2026-03", "month", "2026-02-28T23:00:00.000Z", "2026-03-31T22:00:00.000Z"],
    ["2025", "year", "2024-12-31T23:00:00.000Z", "2025-12-31T23:00:00.000Z"],
    ["week", "week", "2026-11-22T23:00:00.000Z", "2026-11-29T23:00:00.000Z"],
  ])("%s is a %s of the page's time zone", (name, ...expected) => {
    expect(shown(name)).toEqual(expected);
  });

  it.each(["", "24h", "2026-13", "2026-W54", "2026-02-30", "2026-11-25T00", "days"])("is not %j", (name) => {
    expect(readPeriod(ZONE, name, NOW)).toBeUndefined();
  });

  it("has a name that says it again, and follows the clock if it is the current one", () => {
    const at = fc.integer({ min: Date.parse("1990-01-01"), max: Date.parse("2060-01-01") });
    fc.assert(
      fc.property(fc.constantFrom(...PERIOD_UNITS), at, (unit, instant) => {
        const period = periodAt(ZONE, unit, instant);
        expect(read(periodName(ZONE, period, NOW))).toEqual(period);
      }),
    );
    expect(periodName(ZONE, read("2026-11"), NOW)).toBe("month");
  });

  it("has neighbours that touch it", () => {
    for (const unit of PERIOD_UNITS) {
      let period = periodAt(ZONE, unit, Date.parse("2024-01-31T12:00:00Z"));
      for (let count = 0; count < 40; count += 1) {
        const next = steppedPeriod(ZONE, period, 1);
        expect(next.from).toBe(period.to);
        expect(steppedPeriod(ZONE, next, -1)).toEqual(period);
        period = next;
      }
    }
  });
});

describe("two periods over each other", () => {
  const counterpart = (first: string, second: string, day: string, byWeekday = false) => {
    const at = Date.parse(`${day}T12:00:00+01:00`);
    const { toSecond, toFirst } = alignPeriods(ZONE, read(first), read(second), byWeekday);
    const there = toSecond(at);
    const isBack = Number.isNaN(toFirst(there)) ? "outside" : toFirst(there) === at;
    return [new Date(there).toLocaleString("sv", { timeZone: ZONE }), isBack];
  };

  it("have days at the same distance from their beginning, and dates of years on the same date", () => {
    expect(counterpart("2026-11", "2026-10", "2026-11-05")).toEqual(["2026-10-05 12:00:00", true]);
    expect(counterpart("2026-W48", "2026-W12", "2026-11-25")).toEqual(["2026-03-18 12:00:00", true]);
    expect(counterpart("2026-11-25", "2026-06-25", "2026-11-25")).toEqual(["2026-06-25 12:00:00", true]);
    expect(counterpart("2026", "2024", "2026-12-31")).toEqual(["2024-12-31 12:00:00", true]);
  });

  it("have weekdays over weekdays if asked", () => {
    expect(counterpart("2026-11", "2025-11", "2026-11-25", true)).toEqual(["2025-11-26 12:00:00", true]);
    expect(counterpart("2026", "2025", "2026-12-07", true)).toEqual(["2025-12-08 12:00:00", true]);
    fc.assert(
      fc.property(fc.integer({ min: -60, max: 60 }), fc.integer({ min: 0, max: 27 }), (months, day) => {
        const first = read("2026-03");
        const { toSecond } = alignPeriods(ZONE, first, steppedPeriod(ZONE, first, months), true);
        const at = first.from + (day + 0.5) * DAY_MS;
        const weekday = (instant: number) =>
          new Date(instant).toLocaleString("en", { weekday: "long", timeZone: ZONE });
        expect(weekday(toSecond(at))).toBe(weekday(at));
      }),
    );
  });

  it("have no counterpart for what lies outside of the second", () => {
    expect(counterpart("2026-01", "2026-02", "2026-01-30")).toEqual(["2026-03-02 12:00:00", "outside"]);
  });
});
