import { describe, expect, it } from "vitest";

import { addDays, instantOf, startOfDay, startOfMonth, startOfWeek, wallClock } from "./zone.ts";

const VIENNA = "Europe/Vienna";
const at = (iso: string) => Date.parse(iso);
const HOUR = 3_600_000;

describe("a time zone's calendar", () => {
  it("reads the wall clock in summer and in winter", () => {
    expect(wallClock(VIENNA, at("2026-07-01T12:34:56Z"))).toMatchObject({
      day: 1,
      hour: 14,
      minute: 34,
      second: 56,
    });
    expect(wallClock(VIENNA, at("2026-12-31T23:30:00Z"))).toMatchObject({
      year: 2027,
      month: 1,
      day: 1,
      hour: 0,
    });
  });

  it("knows days of 23 and of 25 hours", () => {
    const spring = startOfDay(VIENNA, at("2026-03-29T12:00:00Z"));
    expect(addDays(VIENNA, spring, 1) - spring).toBe(23 * HOUR);
    const autumn = startOfDay(VIENNA, at("2026-10-25T12:00:00Z"));
    expect(addDays(VIENNA, autumn, 1) - autumn).toBe(25 * HOUR);
  });

  it("takes the first of two equal wall-clock times and moves a skipped one behind the skip", () => {
    expect(instantOf(VIENNA, { year: 2026, month: 10, day: 25, hour: 2, minute: 30 })).toBe(
      at("2026-10-25T00:30:00Z"),
    );
    expect(instantOf(VIENNA, { year: 2026, month: 3, day: 29, hour: 2, minute: 30 })).toBe(
      at("2026-03-29T01:30:00Z"),
    );
  });

  it("starts weeks on Monday and months on the first", () => {
    expect(startOfWeek(VIENNA, at("2026-11-01T22:59:00Z"))).toBe(at("2026-10-25T23:00:00Z"));
    expect(startOfMonth(VIENNA, at("2026-10-31T23:30:00Z"))).toBe(at("2026-10-31T23:00:00Z"));
  });

  it("starts a day without a midnight at its first instant", () => {
    // Beirut went from 00:00 to 01:00 on that day.
    expect(startOfDay("Asia/Beirut", at("2024-03-31T12:00:00Z"))).toBe(at("2024-03-30T22:00:00Z"));
  });
});
