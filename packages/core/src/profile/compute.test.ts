import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { computeQuarterHours, type Samples } from "./compute.ts";
import { QUARTER_HOUR_MS, quarterHourOf } from "./quarter-hours.ts";

const START = Date.parse("2026-03-02T10:00:00Z");
const MINUTE = 60_000;

const NOTHING: Samples = { import: [], export: [], drawn: [], fedIn: [] };
const at = (minutes: number, value: number) => ({ at: START + minutes * MINUTE, value });

function compute(samples: Partial<Samples>, quarters: number) {
  return computeQuarterHours({ ...NOTHING, ...samples }, START, START + quarters * QUARTER_HOUR_MS);
}

describe("a quarter-hour", () => {
  it("is the growth between its edges, interpolated between the readings beside them", () => {
    const readings = [
      at(-5, 1_000),
      at(5, 1_100),
      at(14, 1_190),
      at(19, 1_240),
      at(29, 1_340),
      at(34, 1_390),
    ];
    expect(compute({ import: readings }, 2).map(({ import_wh, quality }) => [import_wh, quality])).toEqual([
      [150, "m"],
      [150, "m"],
    ]);
  });

  it("is estimated where a gap is longer than 20 minutes: its growth is spread evenly", () => {
    const gap = (minutes: number) => [at(-2, 0), at(-2 + minutes, minutes)];
    expect(compute({ import: gap(20) }, 1)).toMatchObject([{ import_wh: 15, quality: "m" }]);
    expect(compute({ import: gap(21) }, 1)).toMatchObject([{ import_wh: 15, quality: "e" }]);
  });

  it("counts what was measured of it before it is over, as an estimate", () => {
    expect(compute({ import: [at(3, 500), at(8, 520)] }, 2)).toMatchObject([
      { import_wh: 20, quality: "e" },
      { import_wh: null, quality: "-" },
    ]);
    expect(compute({ import: [at(-2, 500), at(8, 520)] }, 1)).toMatchObject([
      { import_wh: 16, quality: "e" },
    ]);
  });

  it("is unknown, and not zero, without readings", () => {
    expect(compute({}, 1)).toEqual([
      { import_wh: null, export_wh: null, power_min_w: null, power_max_w: null, quality: "-" },
    ]);
    expect(compute({ import: [at(5, 1)] }, 1)).toMatchObject([{ import_wh: null, quality: "-" }]);
    expect(compute({ import: [at(0, 7), at(15, 7)] }, 1)).toMatchObject([{ import_wh: 0, quality: "m" }]);
  });

  it("is unknown between readings more than 366 days apart, as after a clock that was set to 2020", () => {
    const year = 366 * 24 * 60;
    expect(compute({ import: [at(-year, 0), at(0, year / 15), at(15, year / 15)] }, 1)).toMatchObject([
      { import_wh: 0, quality: "m" },
    ]);
    expect(compute({ import: [at(5 - year, 0), at(5, 1)] }, 1)).toMatchObject([
      { import_wh: expect.any(Number) },
    ]);
    expect(compute({ import: [at(4 - year, 0), at(5, 1), at(15, 2)] }, 1)).toMatchObject([
      { import_wh: 1, quality: "e" },
    ]);
    expect(compute({ import: [at(4 - year, 0), at(5, 1)] }, 1)).toMatchObject([
      { import_wh: null, quality: "-" },
    ]);
  });

  it("leaves out the energy around the moment in which a register fell, and says so", () => {
    const readings = [at(0, 1_000), at(5, 1_050), at(10, 20), at(15, 70)];
    expect(compute({ import: readings, export: [at(0, 1), at(15, 1)] }, 1)).toMatchObject([
      { import_wh: 100, export_wh: 0, quality: "r" },
    ]);
  });

  it("has the worse quality of its two registers, and none of a register that is not there", () => {
    const fine = [at(0, 0), at(15, 1)];
    expect(compute({ import: fine, export: [at(-20, 0), at(15, 0)] }, 1)).toMatchObject([{ quality: "e" }]);
    expect(compute({ import: fine }, 1)).toMatchObject([{ export_wh: null, quality: "m" }]);
  });

  it("keeps the lowest and the highest power, drawn minus fed in", () => {
    const drawn = [at(1, 500), at(6, 0), at(14.9, 200), at(15, 9_000)];
    const fedIn = [at(0.7, 0), at(6.3, 1_500), at(14.9, 0), at(15, 0)];
    expect(compute({ drawn, fedIn }, 1)).toMatchObject([{ power_min_w: -1_500, power_max_w: 500 }]);
    expect(compute({ drawn: [at(1, 500)] }, 1)).toMatchObject([{ power_min_w: 500, power_max_w: 500 }]);
  });
});

const readings = fc
  .array(
    fc.record({ minutes: fc.integer({ min: -200, max: 200 }), grown: fc.integer({ min: -50, max: 3_000 }) }),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  .map((steps) => {
    let value = 10_000;
    return steps
      .filter(({ minutes }, index) => steps.findIndex((other) => other.minutes === minutes) === index)
      .sort((a, b) => a.minutes - b.minutes)
      .map(({ minutes, grown }) => {
        value = grown < 0 ? value / 2 : value + grown / 7;
        return at(minutes, value);
      });
  });

const DAY = { from: quarterHourOf(START - 300 * MINUTE), to: quarterHourOf(START + 300 * MINUTE) };

describe("the quarter-hours of any readings", () => {
  it("add up to the register's growth, whatever the gaps and falls", () => {
    fc.assert(
      fc.property(readings, (register) => {
        const computed = computeQuarterHours({ ...NOTHING, import: register }, DAY.from, DAY.to);
        const sum = computed.reduce(
          (total, { import_wh }) => total + Math.round((import_wh ?? 0) * 1_000),
          0,
        );
        const grown = register.slice(1).reduce((total, { value }, index) => {
          const before = Math.round((register[index]?.value ?? 0) * 1_000);
          return total + ((register[index]?.value ?? 0) > value ? 0 : Math.round(value * 1_000) - before);
        }, 0);
        expect(sum).toBe(grown);
      }),
    );
  });

  it("are the same alone as within a longer range", () => {
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 39 }), (register, index) => {
        const samples = { ...NOTHING, import: register, drawn: register };
        const start = DAY.from + index * QUARTER_HOUR_MS;
        expect(computeQuarterHours(samples, start, start + QUARTER_HOUR_MS)).toEqual([
          computeQuarterHours(samples, DAY.from, DAY.to)[index],
        ]);
      }),
    );
  });
});
