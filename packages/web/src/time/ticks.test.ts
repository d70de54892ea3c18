import { describe, expect, it } from "vitest";

import { timeTicks } from "./ticks.ts";
import { wallClock } from "./zone.ts";

const VIENNA = "Europe/Vienna";
const at = (iso: string) => Date.parse(iso);
const hours = (ticks: number[]) => ticks.map((tick) => wallClock(VIENNA, tick).hour);

describe("the ticks of a time axis", () => {
  it("puts ticks at round hours on the day the clocks go forward", () => {
    const { unit, at: ticks } = timeTicks(VIENNA, at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z"), 8);
    expect(unit).toBe("hour");
    expect(hours(ticks)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 0]);
  });

  it("puts ticks at round hours on the day the clocks go back", () => {
    const { at: ticks } = timeTicks(VIENNA, at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"), 5);
    expect(hours(ticks)).toEqual([0, 6, 12, 18, 0]);
  });

  it("puts ticks of days at midnight and ticks of weeks on Mondays", () => {
    const week = timeTicks(VIENNA, at("2026-10-22T10:00:00Z"), at("2026-10-29T10:00:00Z"), 8);
    expect(week.unit).toBe("day");
    expect(week.at).toHaveLength(7);
    expect(new Set(hours(week.at))).toEqual(new Set([0]));
    const month = timeTicks(VIENNA, at("2026-10-01T00:00:00Z"), at("2026-10-31T00:00:00Z"), 6);
    expect(month.at.map((tick) => wallClock(VIENNA, tick).day)).toEqual([5, 12, 19, 26]);
  });

  it("puts ticks of a year on the first of the month", () => {
    const { unit, at: ticks } = timeTicks(
      VIENNA,
      at("2025-11-24T00:00:00Z"),
      at("2026-11-24T00:00:00Z"),
      12.5,
    );
    expect(unit).toBe("month");
    expect(ticks).toHaveLength(12);
    expect(
      ticks.every((tick) => wallClock(VIENNA, tick).day === 1 && wallClock(VIENNA, tick).hour === 0),
    ).toBe(true);
  });

  it("gives ticks in order and not more than asked for, from a second to a century", () => {
    for (let span = 1_000; span < 3e12; span *= 1.7) {
      const ticks = timeTicks(VIENNA, at("2026-03-29T00:12:34Z"), at("2026-03-29T00:12:34Z") + span, 10).at;
      expect(ticks.length).toBeLessThanOrEqual(11);
      expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    }
  });
});
