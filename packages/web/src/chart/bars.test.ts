import { describe, expect, it } from "vitest";
import { type Bar, layBars } from "./bars.ts";

const HOUR = 3_600_000;
const BOX = { width: 400, height: 100, leastSpan: 100 };

function bar(index: number, parts: Record<string, number>): Bar {
  return {
    from: index * HOUR,
    to: (index + 1) * HOUR,
    parts: Object.entries(parts).map(([kind, value]) => ({ kind, value })),
  };
}

describe("bars", () => {
  it("stack what is above zero upwards and what is below downwards", () => {
    const { bars, zeroY } = layBars([bar(0, { energy: 300, earned: -100, tax: 100 })], BOX);
    const rects = Object.fromEntries((bars[0]?.rects ?? []).map(({ kind, rect }) => [kind, rect]));
    const { energy, tax, earned } = rects;
    expect((energy?.y ?? 0) + (energy?.height ?? 0)).toBeCloseTo(zeroY);
    expect((tax?.y ?? 0) + (tax?.height ?? 0)).toBeCloseTo(energy?.y ?? 0);
    expect(earned?.y).toBeCloseTo(zeroY);
    expect(energy?.height).toBeCloseTo(3 * (earned?.height ?? 0));
  });

  it("tell zero from unknown and keep tiny values visible", () => {
    const { bars } = layBars([bar(0, { a: 400 }), bar(1, { a: 0 }), bar(2, {}), bar(3, { a: -1 })], BOX);
    expect(bars.map(({ rects }) => rects.length)).toEqual([1, 1, 0, 1]);
    expect(bars[1]?.rects[0]?.rect.height).toBe(0);
    expect(bars[3]?.rects[0]?.rect.height).toBeGreaterThanOrEqual(1);
  });

  it("make a day of 23 hours narrower", () => {
    const days = [
      { ...bar(0, { a: 1 }), to: 24 * HOUR },
      { ...bar(24, { a: 1 }), to: 47 * HOUR },
    ];
    const [whole, short] = layBars(days, { ...BOX, width: 470 }).bars.map(({ rects }) => rects[0]?.rect);
    expect((short?.width ?? 0) / (whole?.width ?? 1)).toBeCloseTo(23 / 24);
  });

  it("have round ticks that span all of them, even where there is none", () => {
    for (const values of [[], [0], [3], [-0.004], [12_345], [1e7]]) {
      const bars = values.map((value, index) => bar(index, { a: value }));
      const { ticks } = layBars(bars, { width: 300, height: 200, leastSpan: 0.01 });
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.at(-1)?.value).toBeGreaterThanOrEqual(Math.max(0, ...values));
      expect(ticks[0]?.value).toBeLessThanOrEqual(Math.min(0, ...values));
      expect(JSON.stringify(ticks)).not.toMatch(/null|NaN/);
    }
  });
});
