import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { energyBars, gapMs, type Reading } from "./bars.ts";

const GAP = { gapMs: gapMs(300) };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** By steps in minutes and Wh. */
function register(start: number, steps: readonly (readonly [minutes: number, wh: number])[]): Reading[] {
  const readings = [{ at: 0, value: start }];
  for (const [minutes, wh] of steps) {
    const { at, value } = readings.at(-1) ?? { at: 0, value: 0 };
    readings.push({ at: at + minutes * MINUTE, value: value + wh });
  }
  return readings;
}

describe("energyBars", () => {
  it("interpolates the register's growth between the boundaries from its neighbouring readings", () => {
    const readings = register(1_000, [
      [55, 110],
      [10, 20],
      [50, 70],
    ]);
    expect(energyBars(readings, [0, HOUR, 2 * HOUR], { gapMs: HOUR })).toEqual([
      { from: 0, to: HOUR, wh: 120, estimated: false, reset: false },
      { from: HOUR, to: 2 * HOUR, wh: 80, estimated: false, reset: false },
    ]);
  });

  it("spreads a gap evenly and flags only the bars with an edge in it", () => {
    const readings = register(0, [
      [5, 10],
      [230, 460],
      [5, 10],
    ]);
    const bars = energyBars(readings, [0, HOUR, 2 * HOUR, 4 * HOUR], GAP);
    expect(bars.map(({ wh }) => wh)).toEqual([120, 120, 240]);
    expect(bars.map(({ estimated }) => estimated)).toEqual([true, true, true]);
    expect(energyBars(readings, [0, 4 * HOUR], GAP)).toMatchObject([{ wh: 480, estimated: false }]);
  });

  it("counts a fall as zero and flags the bar where it happened", () => {
    const readings = register(9_000, [
      [30, 100],
      [15, -9_050],
      [75, 200],
    ]);
    expect(energyBars(readings, [0, HOUR, 2 * HOUR], GAP)).toMatchObject([
      { wh: 140, reset: true },
      { wh: 160, reset: false },
    ]);
  });

  it("leaves times unknown that lack a reading on either side", () => {
    const readings = register(0, [[30, 10]]);
    expect(energyBars(readings, [-HOUR, 0, HOUR, 2 * HOUR], GAP).map(({ wh }) => wh)).toEqual([
      null,
      10,
      null,
    ]);
    expect(energyBars([], [0, HOUR], GAP)).toMatchObject([{ wh: null, estimated: false, reset: false }]);
    expect(energyBars([{ at: MINUTE, value: 5 }], [0, HOUR], GAP)).toMatchObject([{ wh: null }]);
  });

  it("loses and invents no energy: all bars add up to the register's growth, whatever lies between", () => {
    const step = fc.tuple(
      fc.integer({ min: 1, max: 50_000 }),
      fc.oneof(fc.nat(5_000), fc.integer({ min: -9_999_999, max: -1 })),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 3_000_000 }), { maxLength: 80 }),
        (steps, cuts) => {
          const readings = register(10_000_000, steps);
          const end = readings.at(-1)?.at ?? 0;
          const inside = cuts.map((minutes) => minutes * MINUTE).filter((at) => at < end);
          const boundaries = [-HOUR, ...inside.sort((a, b) => a - b), end + HOUR];
          const bars = energyBars(readings, boundaries, GAP);
          const growth = steps.reduce((sum, [, wh]) => sum + Math.max(0, wh), 0);
          expect(bars.reduce((sum, { wh }) => sum + (wh ?? 0), 0)).toBeCloseTo(growth, 4);
          for (const { wh } of bars) expect(wh ?? 0).toBeGreaterThanOrEqual(-1e-6);
          const hasFall = steps.some(([, wh]) => wh < 0);
          expect(bars.some(({ reset }) => reset)).toBe(hasFall);
        },
      ),
    );
  });

  it("gives the same bars from the readings beside each boundary as from all, while the register only grows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.nat(500)), { minLength: 2, maxLength: 80 }),
        (steps) => {
          const readings = register(500, steps);
          const end = readings.at(-1)?.at ?? 0;
          const boundaries = Array.from({ length: Math.ceil(end / HOUR) + 1 }, (_, hour) => hour * HOUR);
          const beside = readings.filter(({ at }, index) =>
            boundaries.some(
              (boundary) =>
                (at <= boundary && (readings[index + 1]?.at ?? Infinity) > boundary) ||
                (at >= boundary && (readings[index - 1]?.at ?? -Infinity) < boundary),
            ),
          );
          const [some, all] = [beside, readings].map((those) => energyBars(those, boundaries, GAP));
          some?.forEach(({ wh }, index) => {
            expect(wh ?? 0).toBeCloseTo(all?.[index]?.wh ?? 0, 6);
          });
        },
      ),
    );
  });
});
