import { describe, expect, it } from "vitest";

import { pointOf } from "../series/point.ts";
import { powerAxisRange, powerTickTexts } from "./power-axis.ts";
import { below, plotData } from "./power-curves.ts";

const plain = (texts: string[]) => texts.map((text) => text.replaceAll(/\s/g, " "));

describe("a power axis", () => {
  it("always shows zero and leaves space above a peak and below a trough", () => {
    const [low, high] = powerAxisRange(-500, 4_000);
    expect(low).toBeLessThan(-500);
    expect(high).toBeGreaterThan(4_000);
    expect(powerAxisRange(200, 300)[0]).toBe(0);
    expect(powerAxisRange(-300, -200)[1]).toBe(0);
  });

  it("has a range without any value and for only zeros", () => {
    expect(powerAxisRange(null, null)).toEqual([0, 100]);
    expect(powerAxisRange(0, 0)).toEqual([0, 100]);
  });

  it("writes all ticks in one unit, with as many digits as tell them apart", () => {
    expect(plain(powerTickTexts("en-GB", [-250, 0, 250, 500, 750, 1_000]))).toEqual([
      "−0.25 kW",
      "0.00 kW",
      "0.25 kW",
      "0.50 kW",
      "0.75 kW",
      "1.00 kW",
    ]);
    expect(plain(powerTickTexts("de-AT", [0, 2_000, 4_000]))).toEqual(["0 kW", "2 kW", "4 kW"]);
    expect(plain(powerTickTexts("de-AT", [0, 50, 100]))).toEqual(["0 W", "50 W", "100 W"]);
  });
});

describe("curves for the chart", () => {
  const point = pointOf([0, 100, 900, 400, 300, 59_000, 12], 60_000);

  it("shows fed-in power below zero with its peak lowest", () => {
    expect(below([point])).toMatchObject([{ min: -900, max: -100, mean: -400 }]);
  });

  it("gives mean, lowest and highest value of each curve", () => {
    expect(plotData([[point], []])).toEqual([
      [30_000],
      [400],
      [100],
      [900],
      [undefined],
      [undefined],
      [undefined],
    ]);
  });
});
