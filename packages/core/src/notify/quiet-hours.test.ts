import { describe, expect, it } from "vitest";

import { QuietHours, quietUntil } from "./quiet-hours.ts";

const until = (hours: string, now: string, zone = "Europe/Vienna") => {
  const end = quietUntil(hours, zone, Date.parse(now));
  return end === undefined ? "loud" : new Date(end).toISOString();
};

describe("quiet hours", () => {
  it.each([
    // In the evening, after midnight, at their end, before they begin.
    ["22:00-07:00", "2026-11-25T21:30:00Z", "2026-11-26T06:00:00.000Z"],
    ["22:00-07:00", "2026-11-26T02:00:00Z", "2026-11-26T06:00:00.000Z"],
    ["22:00-07:00", "2026-11-26T06:00:00Z", "loud"],
    ["22:00-07:00", "2026-11-25T20:59:59Z", "loud"],
    ["13:00-15:00", "2026-11-25T12:00:00Z", "2026-11-25T14:00:00.000Z"],
    ["13:00-15:00", "2026-11-25T14:00:00Z", "loud"],
    // In the nights in which the clock changes.
    ["22:00-07:00", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00.000Z"],
    ["22:00-07:00", "2026-10-24T22:00:00Z", "2026-10-25T06:00:00.000Z"],
  ])("%s at %s: %s", (hours, now, end) => {
    expect(until(hours, now)).toBe(end);
  });

  it("are those of the device's zone", () => {
    expect(until("22:00-07:00", "2026-11-25T21:30:00Z", "America/New_York")).toBe("loud");
  });

  it.each(["22-7", "22:00", "24:00-07:00", "22:00-22:00", ""])("are not %j", (written) => {
    expect(QuietHours.safeParse(written).success).toBe(false);
  });
});
