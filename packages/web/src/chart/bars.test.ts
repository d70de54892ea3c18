import type { EnergyBar } from "@energylive/api/contract";
import { describe, expect, it } from "vitest";
import { layBars, periodsOf, totalOf } from "./bars.ts";

const HOUR = 3_600_000;
const bar = (index: number, wh: number | null): EnergyBar => ({
  from: index * HOUR,
  to: (index + 1) * HOUR,
  wh,
  estimated: false,
  reset: false,
});

describe("energy bars", () => {
  const periods = periodsOf([bar(0, 400), bar(1, 0), bar(2, null)], [bar(0, 100), bar(1, null), bar(3, 1)]);

  it("puts drawn energy above zero and fed-in energy below", () => {
    const layout = layBars(periods, 400, 100);
    const [first] = layout.periods;
    expect((first?.import?.y ?? 0) + (first?.import?.height ?? 0)).toBeCloseTo(layout.zeroY);
    expect(first?.export?.y).toBeCloseTo(layout.zeroY);
    expect(first?.import?.height).toBeCloseTo(4 * (first?.export?.height ?? 0));
  });

  it("tells zero from unknown and keeps tiny values visible", () => {
    const { periods: laid } = layBars(periods, 400, 100);
    expect(laid[1]?.import?.height).toBe(0);
    expect(laid[2]?.import).toBeUndefined();
    expect(laid[3]?.export?.height).toBeGreaterThanOrEqual(1);
    expect(totalOf(periods, "import")).toBe(400);
    expect(totalOf(periodsOf([bar(0, null)], []), "import")).toBeNull();
  });

  it("makes a day of 23 hours narrower", () => {
    const days = periodsOf(
      [
        { ...bar(0, 1), to: 24 * HOUR },
        { ...bar(24, 1), to: 47 * HOUR },
      ],
      [],
    );
    const [whole, short] = layBars(days, 470, 100).periods;
    expect((short?.import?.width ?? 0) / (whole?.import?.width ?? 1)).toBeCloseTo(23 / 24);
  });

  it("has round ticks that span all bars, even without bars", () => {
    for (const values of [[], [0], [3], [12_345], [1e7]]) {
      const { ticks } = layBars(
        periodsOf(
          values.map((wh, index) => bar(index, wh)),
          [],
        ),
        300,
        200,
      );
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.at(-1)?.wh).toBeGreaterThanOrEqual(Math.max(0, ...values));
      expect(JSON.stringify(ticks)).not.toMatch(/null|NaN/);
    }
  });
});
