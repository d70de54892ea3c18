import { plot } from "@energylive/cli/measurements/plot";
import type { Point } from "@energylive/cli/measurements/series";
import { describe, expect, it } from "vitest";

const MINUTE = 60_000;
const START = Date.parse("2026-01-01T00:00:00Z");

const series = (values: readonly number[]): Point[] =>
  values.map((value, index) => ({ at: START + index * 5 * MINUTE, value }));

const drawn = (points: readonly Point[], columns: number, unit = "W") =>
  plot(points, { columns, unit }).split("\n");

/** The picture without its labels. */
const cells = (lines: readonly string[]) => lines.slice(0, 12).map((line) => line.split("┤")[1] ?? "");

describe("a plot", () => {
  it.each([20, 40, 80, 120, 300])("fits a terminal of %d columns", (columns) => {
    const lines = drawn(series(Array.from({ length: 288 }, (_, index) => index)), columns);
    expect(Math.max(...lines.slice(0, 13).map((line) => line.length))).toBeLessThanOrEqual(
      Math.max(columns, 20),
    );
  });

  it("leaves a time without measurements empty, and no other", () => {
    const all = series(Array.from({ length: 100 }, () => 5));
    expect(cells(drawn(all, 200))[11]).toMatch(/^█+$/);
    const gap = all.filter((_, index) => index < 40 || index >= 60);
    expect(cells(drawn(gap, 200))[11]).toMatch(/^█+ {20,26}█+$/);
  });

  it("begins at zero where that is near, and else where the series does", () => {
    expect(drawn(series([0, 400]), 80)[11]).toMatch(/^ *0 W ┤/);
    expect(drawn(series([200, 600]), 80)[11]).toMatch(/^ *0 W ┤/);
    const register = drawn(series([14_762_321, 14_762_400, 14_766_052]), 80, "Wh");
    expect(register[11]).toMatch(/^14762321 Wh ┤▁/);
    expect(register[0]).toMatch(/^14766052 Wh ┤ +[▁-█]+$/);
    expect(drawn(series([-97, -95, -84]), 80, "dBm")[11]).toMatch(/^ *-97 dBm ┤▁/);
  });

  it("names its rows by values that differ", () => {
    const labels = drawn(series([19.1, 19.2]), 80, "°C").flatMap(
      (line) => /^ *(\S+ °C) ┤/.exec(line)?.[1] ?? [],
    );
    expect(labels).toHaveLength(5);
    expect(new Set(labels).size).toBe(5);
  });

  it("draws one point, a flat series, and zeros", () => {
    expect(cells(drawn(series([7]), 80))[0]).toBe("█");
    expect(cells(drawn(series([7, 7, 7]), 80))[0]).toMatch(/^█+$/);
    expect(cells(drawn(series([0, 0, 0]), 80))[11]).toMatch(/^▁+$/);
    expect(cells(drawn(series([0, 0, 0]), 80))[10]).toBe("");
  });
});
