import { describe, expect, it } from "vitest";

import { decimal, energyText, exact, powerText } from "./numbers.ts";
import { durationText, minuteText, moment, periodText, rangeText, tickText } from "./times.ts";

const VIENNA = { locale: "de-AT", zone: "Europe/Vienna" };
const at = (iso: string) => Date.parse(iso);

/** `Intl` uses several kinds of spaces. */
const plain = (text: string) => text.replaceAll(/\s/g, " ");

describe("numbers", () => {
  it("writes numbers as the viewer's country does", () => {
    expect(plain(powerText("de-AT", 2_410))).toBe("2,41 kW");
    expect(plain(powerText("en-GB", 2_410))).toBe("2.41 kW");
    expect(plain(energyText("de-AT", 12_345_678))).toBe("12 346 kWh");
  });

  it("keeps zero and negative numbers", () => {
    expect(plain(powerText("en-GB", 0))).toBe("0 W");
    expect(plain(powerText("en-GB", -0.2))).toBe("0 W");
    expect(plain(powerText("en-GB", -1_500))).toBe("−1.50 kW");
    expect(decimal("de-AT", -3.25, 1)).toBe("−3,3");
  });

  it("never writes 1000 W", () => {
    expect(plain(powerText("en-GB", 999.6))).toBe("1.00 kW");
    expect(plain(powerText("en-GB", 999.4))).toBe("999 W");
  });

  it("keeps all digits of a stored value", () => {
    expect(exact("en-GB", "12345678901234567890.123456789")).toBe("12,345,678,901,234,567,890.123456789");
    expect(exact("de-AT", "-0.5")).toBe("−0,5");
    expect(exact("en-GB", "<b>1</b>")).toBe("<b>1</b>");
  });
});

describe("times", () => {
  it("shows the date at midnight and the time in between", () => {
    expect(tickText(VIENNA, at("2026-10-24T22:00:00Z"), "hour")).toBe("25. Okt.");
    expect(tickText(VIENNA, at("2026-10-25T05:00:00Z"), "hour")).toBe("06:00");
    expect(tickText(VIENNA, at("2025-12-31T23:00:00Z"), "month")).toBe("2026");
    const newYear = at("2026-12-31T23:00:00Z");
    expect(tickText(VIENNA, newYear, "day", at("2026-12-30T23:00:00Z"))).toBe("1. Jän. 2027");
    expect(tickText(VIENNA, newYear, "hour", at("2026-12-31T17:00:00Z"))).toBe("1. Jän. 2027");
  });

  it("names whole days without a time, and a day by its weekday", () => {
    expect(rangeText(VIENNA, at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z"))).toBe("25. Okt. 2026");
    expect(periodText(VIENNA, at("2026-10-24T22:00:00Z"), "day")).toBe("So., 25. Okt. 2026");
  });

  it("names the zone only in the hour that occurs twice", () => {
    const [first, second] = [at("2026-10-25T00:00:00Z"), at("2026-10-25T01:00:00Z")];
    expect(periodText(VIENNA, first, "hour")).toBe("25. Okt., 02:00 MESZ");
    expect(periodText(VIENNA, second, "hour")).toBe("25. Okt., 02:00 MEZ");
    expect(minuteText(VIENNA, second)).toBe("25. Okt. 2026, 02:00 MEZ");
    expect(moment(VIENNA, second)).toBe("25. Okt. 2026, 02:00:00 MEZ");
    expect(periodText(VIENNA, at("2026-10-25T02:00:00Z"), "hour")).toBe("25. Okt., 03:00");
    expect(periodText(VIENNA, at("2026-03-29T01:00:00Z"), "hour")).toBe("29. März, 03:00");
  });

  it("shortens durations to their largest unit", () => {
    const words = {
      seconds: (n: string) => `${n} s`,
      minutes: (n: string) => `${n} min`,
      hours: (n: string) => `${n} h`,
      days: (n: string) => `${n} d`,
    };
    const duration = (ms: number) => durationText("en-GB", words, ms);
    expect([-5, 59_999, 60_000, 7_199_999, 47 * 3_600_000, 48 * 3_600_000].map(duration)).toEqual([
      "0 s",
      "59 s",
      "1 min",
      "1 h",
      "47 h",
      "2 d",
    ]);
  });
});
