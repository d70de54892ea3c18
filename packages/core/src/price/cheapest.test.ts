import { describe, expect, it } from "vitest";

import { cheapestBlock, pricedHours, pricedQuarterHours } from "./cheapest.ts";
import { namedMarketDay } from "./prices.ts";

const QUARTER = 900_000;
const { from } = namedMarketDay("2026-11-25");

function dayOf(price: (index: number) => number | null) {
  const eur_per_mwh = Array.from({ length: 96 }, (_, index) => price(index));
  return { day: "2026-11-25", eur_per_mwh, source: "test", fetched_at: "" };
}

describe("the cheapest time", () => {
  it("begins at any quarter-hour", () => {
    const quarters = pricedQuarterHours(dayOf((index) => (index >= 50 && index < 58 ? -1 : 10)));
    expect(cheapestBlock(quarters, 8)).toEqual({
      from: from + 50 * QUARTER,
      to: from + 58 * QUARTER,
      eur_per_mwh: -1,
    });
  });

  it("does not reach over what is unknown", () => {
    const quarters = pricedQuarterHours(dayOf((index) => (index === 3 ? null : index < 8 ? 1 : 10)));
    expect(cheapestBlock(quarters, 4)).toMatchObject({ from: from + 4 * QUARTER });
    expect(cheapestBlock(quarters, 93)).toBeUndefined();
  });

  it("is an hour of the clock only where all of it is known", () => {
    const hours = pricedHours(dayOf((index) => (index === 5 ? null : index)));
    expect(hours).toHaveLength(23);
    expect(hours[0]).toEqual({ from, to: from + 4 * QUARTER, eur_per_mwh: 1.5 });
  });
});
