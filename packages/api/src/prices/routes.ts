import type { Clock } from "@energylive/core/clock";
import { cheapestBlock, pricedQuarterHours } from "@energylive/core/price/cheapest";
import { marketDay, namedMarketDay } from "@energylive/core/price/prices";
import { attributionOf } from "@energylive/core/price/source";
import type { PriceStore } from "@energylive/core/price/store";
import { type LocalDay, QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";
import { wholeNumber } from "@energylive/core/whole-number";
import type { Hono } from "hono";
import * as z from "zod";

import type { PriceDay, PriceSeries } from "../contract.ts";
import { LONGEST_RANGE_MS } from "../energy/query.ts";
import { badRequest } from "../problem.ts";
import { instant, parseQuery } from "../query.ts";

const DAY_MS = 86_400_000;
const QUARTERS_PER_HOUR = 4;
const DEFAULT_HOURS = 3;

const SeriesQuery = z.object({
  from: instant,
  to: instant,
  bucket: wholeNumber(QUARTER_HOUR_MS, 31 * DAY_MS).refine(
    (bucket) => bucket % QUARTER_HOUR_MS === 0,
    "is not a whole number of quarter-hours",
  ),
});

const DayQuery = z.object({
  day: z.union(
    [z.literal(["today", "tomorrow"]), z.iso.date()],
    "is neither today nor tomorrow nor a date like 2026-11-25",
  ),
  hours: wholeNumber(1, 24).default(DEFAULT_HOURS),
});

export function addPriceRoutes(app: Hono, { prices, clock }: { prices: PriceStore; clock: Clock }): void {
  app.get("/api/prices", async (context) => {
    const { from, to, bucket } = parseQuery(context, SeriesQuery);
    if (to <= from) throw badRequest("to is not after from");
    if (to - from > LONGEST_RANGE_MS) throw badRequest("from and to span more than three years");
    const days = await prices.read(marketDay(from).day, marketDay(to).day);
    const known = days
      .flatMap(pricedQuarterHours)
      .filter((quarter) => quarter.from >= from && quarter.from < to);
    const buckets = Map.groupBy(known, (quarter) => Math.floor(quarter.from / bucket) * bucket);
    return context.json({
      bucket,
      prices: [...buckets].map(([start, quarters]) => [
        start,
        quarters.reduce((sum, { eur_per_mwh }) => sum + eur_per_mwh, 0) / quarters.length,
      ]),
      price_sources: attributions(days),
    } satisfies PriceSeries);
  });

  app.get("/api/prices/day", async (context) => {
    const { day: named, hours } = parseQuery(context, DayQuery);
    const now = clock.now();
    const day = dayNamed(named, now);
    const days = await prices.read(day.day, day.day);
    const known = days.flatMap(pricedQuarterHours);
    const ahead = known.filter(({ to }) => to > now);
    return context.json({
      from: day.from,
      to: day.to,
      prices: known.map(({ from, eur_per_mwh }) => [from, eur_per_mwh]),
      cheapest: cheapestBlock(ahead, hours * QUARTERS_PER_HOUR) ?? null,
      price_sources: attributions(days),
    } satisfies PriceDay);
  });
}

function dayNamed(day: string, now: number): LocalDay {
  if (day === "today") return marketDay(now);
  return day === "tomorrow" ? marketDay(marketDay(now).to) : namedMarketDay(day);
}

function attributions(days: readonly { source: string }[]): string[] {
  return [...new Set(days.map(({ source }) => attributionOf(source)))];
}
