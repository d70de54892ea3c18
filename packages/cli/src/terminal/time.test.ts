import { describe, expect, it } from "vitest";

import { parseInstant } from "./time.ts";

const ZONE = "Europe/Vienna";
/** A Wednesday, 13:30 in Vienna. */
const NOW = Date.parse("2026-11-25T12:30:00Z");

describe("a time as a person types it", () => {
  it.each([
    ["today", "2026-11-24T23:00:00Z"],
    ["yesterday", "2026-11-23T23:00:00Z"],
    ["this week", "2026-11-22T23:00:00Z"],
    ["last week", "2026-11-15T23:00:00Z"],
    ["this month", "2026-10-31T23:00:00Z"],
    // Clocks went back in between.
    ["last month", "2026-09-30T22:00:00Z"],
    ["this year", "2025-12-31T23:00:00Z"],
    ["last year", "2024-12-31T23:00:00Z"],
    ["2026", "2025-12-31T23:00:00Z"],
    ["2026-07", "2026-06-30T22:00:00Z"],
    ["2026-11-25", "2026-11-24T23:00:00Z"],
    ["25.11.2026", "2026-11-24T23:00:00Z"],
    ["1.7.2026", "2026-06-30T22:00:00Z"],
    ["1h", "2026-11-25T11:30:00Z"],
    ["now", "2026-11-25T12:30:00Z"],
    ["2026-11-25T08:00Z", "2026-11-25T08:00:00Z"],
    ["2026-11-25 08:00+01:00", "2026-11-25T07:00:00Z"],
    ["1764057600000", "2025-11-25T08:00:00Z"],
  ])("%s is %s", (text, instant) => {
    expect(new Date(parseInstant(text, NOW, ZONE)).toISOString()).toBe(new Date(instant).toISOString());
  });

  it("is in this machine's zone, if it has none", () => {
    expect(parseInstant("25.11.2026 14:05", NOW)).toBe(new Date(2026, 10, 25, 14, 5).getTime());
    expect(parseInstant("2026-11-25T14:05", NOW)).toBe(new Date(2026, 10, 25, 14, 5).getTime());
  });

  it.each(["30.2.2026", "2026-02-30", "2026-13", "next week", "25.11.", "yesterdayish", ""])(
    "is refused if it is none: %s",
    (text) => {
      expect(() => parseInstant(text, NOW, ZONE)).toThrow(`"${text}" is not a time: give 1h`);
    },
  );
});
