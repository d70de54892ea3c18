import * as z from "zod";

import { QUARTER_HOUR_MS } from "../profile/quarter-hours.ts";
import type { PriceApi } from "./api.ts";
import { MARKET, type MarketPrice, marketDay } from "./prices.ts";

const HOUR_MS = 4 * QUARTER_HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

const Answer = z.object({
  unix_seconds: z.array(z.int()),
  price: z.array(z.number().nullable()),
  unit: z.literal("EUR / MWh"),
});

/** Fraunhofer ISE: https://api.energy-charts.info. Quarter-hours since 1 October 2025, hours before. */
export const energyCharts: PriceApi = {
  baseUrl: "https://api.energy-charts.info",
  attribution: "energy-charts.info (Fraunhofer ISE), CC BY 4.0",
  hasPast: true,
  // Its days may be those of another zone than the market's, so one more is asked for on either side.
  path: (first, last) =>
    `price?bzn=${MARKET}&start=${marketDay(first.from - DAY_MS / 2).day}&end=${marketDay(last.to + DAY_MS / 2).day}`,
  parse(answer) {
    const { unix_seconds, price } = Answer.parse(answer);
    const starts = unix_seconds.map((seconds) => seconds * 1_000);
    // A day is all of hours or all of quarter-hours, and any of its times may be missing.
    const step = new Map<string, number>();
    for (const [index, at] of starts.entries()) {
      const { day } = marketDay(at);
      const next = (starts[index + 1] ?? Number.POSITIVE_INFINITY) - at;
      step.set(day, Math.min(step.get(day) ?? HOUR_MS, next < HOUR_MS ? QUARTER_HOUR_MS : HOUR_MS));
    }
    return starts.flatMap((from, index): MarketPrice[] => {
      const eur_per_mwh = price[index] ?? null;
      if (eur_per_mwh === null) return [];
      return [{ from, to: from + (step.get(marketDay(from).day) ?? HOUR_MS), eur_per_mwh }];
    });
  },
};
