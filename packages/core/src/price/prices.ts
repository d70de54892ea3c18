import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import {
  type LocalDay,
  localDay,
  namedDay,
  QUARTER_HOUR_MS,
  quarterHoursOf,
} from "../profile/quarter-hours.ts";

/** The bidding zone, as the exchange names it. */
export const MARKET = "AT";

/** Whose days and hours the exchange trades. */
export const MARKET_ZONE = "Europe/Vienna";

/** The market prices of one local day: the item of the prices table. */
export interface DayPrices {
  /** `2026-11-25`, in `MARKET_ZONE`. */
  day: string;
  /** Net, in EUR/MWh, an element per quarter-hour: 96 of them, 92 or 100 when clocks change. `null` is unknown. */
  eur_per_mwh: (number | null)[];
  /** Where they were read. */
  source: string;
  /** ISO 8601, UTC. */
  fetched_at: string;
}

/** What a source says of a stretch of time. */
export interface MarketPrice {
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
  /** Net. */
  eur_per_mwh: number;
}

/** The day of the market that contains `at`. */
export function marketDay(at: number): LocalDay {
  return localDay(MARKET_ZONE, at);
}

/** The day of the market with that name. @throws {RangeError} for a text that is not a date */
export function namedMarketDay(day: string): LocalDay {
  return namedDay(MARKET_ZONE, day);
}

/** Whether every quarter-hour of the day has a price. */
export function isComplete({ eur_per_mwh }: Pick<DayPrices, "eur_per_mwh">): boolean {
  return !eur_per_mwh.includes(null);
}

/** The quarter-hours of a day: an hour fills four of them, and what no price covers is `null`. */
export function quarterHourPrices(day: LocalDay, prices: readonly MarketPrice[]): (number | null)[] {
  const quarters = Array.from<number | null>({ length: quarterHoursOf(day) }).fill(null);
  for (const { from, to, eur_per_mwh } of prices)
    for (let at = Math.max(from, day.from); at < Math.min(to, day.to); at += QUARTER_HOUR_MS)
      quarters[(at - day.from) / QUARTER_HOUR_MS] = eur_per_mwh;
  return quarters;
}

export function dayPricesItem({
  day,
  eur_per_mwh,
  source,
  fetched_at,
}: DayPrices): Record<string, AttributeValue> {
  return {
    market: { S: MARKET },
    day: { S: day },
    eur_per_mwh: {
      L: eur_per_mwh.map((price) => (price === null ? { NULL: true } : { N: String(price) })),
    },
    source: { S: source },
    fetched_at: { S: fetched_at },
  };
}

/**
 * Reads an item of the prices table.
 *
 * @throws {TypeError} for an item that this project did not write
 */
export function readDayPrices(item: Record<string, AttributeValue>): DayPrices {
  const { day, eur_per_mwh, source, fetched_at } = item;
  if (day?.S === undefined || eur_per_mwh?.L === undefined)
    throw new TypeError(`an item of the prices table has no ${day?.S === undefined ? "day" : "eur_per_mwh"}`);
  return {
    day: day.S,
    eur_per_mwh: eur_per_mwh.L.map(({ N }) => (N === undefined ? null : Number(N))),
    source: source?.S ?? "unknown",
    fetched_at: fetched_at?.S ?? "",
  };
}
