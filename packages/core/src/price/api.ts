import type { LocalDay } from "../profile/quarter-hours.ts";
import type { MarketPrice } from "./prices.ts";

export const PRICE_SOURCES = ["energy-charts", "awattar", "smartenergy"] as const;
export type PriceSourceName = (typeof PRICE_SOURCES)[number];

/** An API of market prices: where it is, what to ask it, and how to read its answer. */
export interface PriceApi {
  /** Base URL of the public API. */
  baseUrl: string;
  /** To be shown wherever its prices are. */
  attribution: string;
  /** Whether it answers for days that are over. */
  hasPast: boolean;
  /** Path and query for consecutive days. */
  path(first: LocalDay, last: LocalDay): string;
  /** Net prices. @throws {z.ZodError} for an answer of another form */
  parse(answer: unknown): MarketPrice[];
}
