import type { EnergySum } from "@energylive/api/contract";
import { describe, expect, it } from "vitest";
import { layBars, missingShare, totalOf } from "./bars.ts";

const HOUR = 3_600_000;
const NOTHING = { measured: 0, estimated: 0, reset: 0, imported: 0, missing: 0 };

function period(index: number, import_wh: number | null, export_wh: number | null = null): EnergySum {
  return {
    from: index * HOUR,
    to: (index + 1) * HOUR,
    import_wh,
    export_wh,
    net_wh: null,
    peak: null,
    quarter_hours: NOTHING,
  };
}

describe("energy bars", () => {
  const periods = [period(0, 400, 100), period(1, 0), period(2, null), period(3, null, 1)];

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
    expect(totalOf([period(0, null)], "import")).toBeNull();
  });

  it("makes a day of 23 hours narrower", () => {
    const days = [
      { ...period(0, 1), to: 24 * HOUR },
      { ...period(24, 1), to: 47 * HOUR },
    ];
    const [whole, short] = layBars(days, 470, 100).periods;
    expect((short?.import?.width ?? 0) / (whole?.import?.width ?? 1)).toBeCloseTo(23 / 24);
  });

  it("has round ticks that span all bars, even without bars", () => {
    for (const values of [[], [0], [3], [12_345], [1e7]]) {
      const { ticks } = layBars(
        values.map((wh, index) => period(index, wh)),
        300,
        200,
      );
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.at(-1)?.wh).toBeGreaterThanOrEqual(Math.max(0, ...values));
      expect(JSON.stringify(ticks)).not.toMatch(/null|NaN/);
    }
  });

  it("say how much of them is missing", () => {
    const of = (measured: number, missing: number) => ({
      ...period(0, 1),
      quarter_hours: { ...NOTHING, measured, missing },
    });
    expect(missingShare([of(3, 1), of(4, 0)])).toBe(1 / 8);
    expect(missingShare([period(0, null)])).toBe(0);
  });
});
