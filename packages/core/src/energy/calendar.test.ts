import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { calendarBoundaries, isTimeZone, sameTimeYesterday, startOfDay } from "./calendar.ts";

const HOUR = 3_600_000;
const VIENNA = "Europe/Vienna";

const hours = (boundaries: readonly number[]) =>
  boundaries.slice(1).map((end, index) => (end - (boundaries[index] ?? 0)) / HOUR);

describe("calendarBoundaries", () => {
  it("gives days of 23 and 25 hours when the clocks change", () => {
    const spring = calendarBoundaries(
      "day",
      VIENNA,
      Date.parse("2026-03-28T12:00Z"),
      Date.parse("2026-03-30T12:00Z"),
    );
    expect(new Date(spring[0] ?? 0).toISOString()).toBe("2026-03-27T23:00:00.000Z");
    expect(hours(spring)).toEqual([24, 23, 24]);
    const autumn = calendarBoundaries(
      "day",
      VIENNA,
      Date.parse("2026-10-24T12:00Z"),
      Date.parse("2026-10-26T12:00Z"),
    );
    expect(hours(autumn)).toEqual([24, 25, 24]);
  });

  it("gives hours of an hour across the change, and none twice", () => {
    const [from, to] = [Date.parse("2026-10-24T22:00Z"), Date.parse("2026-10-25T23:00Z")];
    expect(hours(calendarBoundaries("hour", VIENNA, from, to))).toEqual(Array(25).fill(1));
  });

  it("gives months that end where the next starts, leap days included", () => {
    const months = calendarBoundaries(
      "month",
      VIENNA,
      Date.parse("2024-01-31T12:00Z"),
      Date.parse("2024-04-01T00:00Z"),
    );
    expect(hours(months)).toEqual([31 * 24, 29 * 24, 31 * 24 - 1, 30 * 24]);
  });

  it("starts at half hours in zones that do", () => {
    const [first] = calendarBoundaries(
      "hour",
      "Asia/Kolkata",
      Date.parse("2026-01-01T00:10Z"),
      Date.parse("2026-01-01T01:00Z"),
    );
    expect(new Date(first ?? 0).toISOString()).toBe("2025-12-31T23:30:00.000Z");
  });

  it("covers the range without a hole in every zone, only forwards", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("hour" as const, "day" as const, "month" as const),
        fc.constantFrom(
          VIENNA,
          "UTC",
          "Australia/Lord_Howe",
          "America/Sao_Paulo",
          "Pacific/Apia",
          "Africa/Cairo",
        ),
        fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2035, 0) }),
        fc.integer({ min: 1, max: 100 * HOUR }),
        (unit, zone, from, length) => {
          const boundaries = calendarBoundaries(unit, zone, from, from + length);
          expect(boundaries[0]).toBeLessThanOrEqual(from);
          expect(boundaries.at(-1)).toBeGreaterThanOrEqual(from + length);
          expect(boundaries.at(-2)).toBeLessThan(from + length);
          for (const span of hours(boundaries)) expect(span).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

it("finds midnight, and the same time yesterday, also on the day after the clocks change", () => {
  const monday = Date.parse("2026-03-30T10:00Z");
  expect(new Date(startOfDay(VIENNA, monday)).toISOString()).toBe("2026-03-29T22:00:00.000Z");
  expect(sameTimeYesterday(VIENNA, monday)).toBe(monday - 24 * HOUR);
  const sunday = Date.parse("2026-03-29T10:00Z");
  expect(sameTimeYesterday(VIENNA, sunday)).toBe(sunday - 23 * HOUR);
});

it("tells time zones from other text", () => {
  expect([VIENNA, "UTC", "Europe/Nowhere", "", "<b>"].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
