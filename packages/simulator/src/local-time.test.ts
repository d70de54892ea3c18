import { describe, expect, it } from "vitest";

import { DAY_MS, HOUR_MS, localDay, localOffsetMs, startOfLocalDay, weekday } from "./local-time.ts";

const VIENNA = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Vienna", timeZoneName: "longOffset" });

function intlOffsetMs(instant: number): number {
  const name = VIENNA.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
  return Number(/GMT\+0(\d):00/.exec(name)?.[1]) * HOUR_MS;
}

describe("Austrian local time", () => {
  it("has the offset of the time zone database, to the millisecond around each change", () => {
    for (let year = 2020; year <= 2040; year += 1) {
      for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY_MS / 2) {
        expect(localOffsetMs(at), new Date(at).toISOString()).toBe(intlOffsetMs(at));
      }
    }
    for (const change of [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1), Date.UTC(2027, 2, 28, 1)]) {
      expect(localOffsetMs(change - 1)).toBe(intlOffsetMs(change - 1));
      expect(localOffsetMs(change)).toBe(intlOffsetMs(change));
      expect(localOffsetMs(change)).not.toBe(localOffsetMs(change - 1));
    }
  });

  it("has days of 23, 24 and 25 hours without a gap between them", () => {
    const lengths = new Map<number, number>();
    const first = localDay(Date.UTC(2026, 0, 1, 12));
    for (let day = first; day < first + 365; day += 1) {
      expect(localDay(startOfLocalDay(day))).toBe(day);
      expect(localDay(startOfLocalDay(day) - 1)).toBe(day - 1);
      const hours = (startOfLocalDay(day + 1) - startOfLocalDay(day)) / HOUR_MS;
      lengths.set(hours, (lengths.get(hours) ?? 0) + 1);
    }
    expect(Object.fromEntries(lengths)).toEqual({ 23: 1, 24: 363, 25: 1 });
  });

  it("knows weekdays", () => {
    const monday = localDay(Date.UTC(2026, 5, 1, 12));
    expect([monday, monday + 4, monday + 5, monday + 6, monday + 7].map(weekday)).toEqual([0, 4, 5, 6, 0]);
  });
});
