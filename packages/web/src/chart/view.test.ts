import { describe, expect, it } from "vitest";

import { newest, panned, zoomed } from "./view.ts";

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const LAST_HOUR = { from: NOW - HOUR, to: NOW };

describe("the range that a chart shows", () => {
  it("keeps its length when moved and the time under the pointer when zoomed", () => {
    expect(panned(LAST_HOUR, -0.5, NOW)).toEqual({ from: NOW - 1.5 * HOUR, to: NOW - 0.5 * HOUR });
    expect(zoomed(LAST_HOUR, 0.5, 0.25, NOW)).toEqual({ from: NOW - 0.875 * HOUR, to: NOW - 0.375 * HOUR });
  });

  it("never runs into the future or shrinks to nothing", () => {
    expect(panned(LAST_HOUR, 100, NOW).to).toBe(NOW + HOUR / 2);
    const tiny = zoomed(LAST_HOUR, 1e-9, 0.5, NOW);
    expect(tiny.to - tiny.from).toBe(60_000);
  });

  it("moves with the clock one bucket at a time", () => {
    expect(newest(HOUR, 60_000, NOW + 1)).toEqual(newest(HOUR, 60_000, NOW + 59_999));
    expect(newest(HOUR, 60_000, NOW + 1).to).toBeGreaterThanOrEqual(NOW);
  });
});
