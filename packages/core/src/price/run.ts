import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { type LocalDay, localDays } from "../profile/quarter-hours.ts";
import {
  type DayPrices,
  isComplete,
  MARKET_ZONE,
  marketDay,
  namedMarketDay,
  quarterHourPrices,
} from "./prices.ts";
import type { PriceSource } from "./source.ts";
import type { PriceStore } from "./store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The exchange publishes the next day at about 13:00; no source is asked for it much earlier. */
const TOMORROW_FROM_HOUR = 12;

/** Days of the past per request: a few hundred kilobytes. */
const PAST_DAYS = 92;

/** Days whose prices may still be completed. */
const RECENT_DAYS = 8;

/** What a source does not have of a day that is over, it is asked for once a day. */
const ASK_AGAIN_MS = 24 * HOUR_MS;

export interface PriceContext {
  source: PriceSource;
  store: PriceStore;
  /** The first day that has a load profile. */
  firstDay(): Promise<string | undefined>;
  clock: Clock;
  log: Log;
}

export interface PriceResult {
  /** Requests to the source. */
  asked: number;
  /** Days written. */
  written: number;
  /** Days that were looked at and have no price for some quarter-hours: tomorrow is looked at from noon on. */
  incomplete: number;
}

/**
 * Asks the source for the days that are missing: today's and tomorrow's with one request, and a part of the past with another. A
 * complete day is not asked for again. Errors of DynamoDB pass through.
 *
 * @throws {PriceSourceError} if the source fails and nothing is known of today; any other failure of it is a warning
 */
export async function fetchPrices(context: PriceContext): Promise<PriceResult> {
  const { source, store, clock, log } = context;
  const now = clock.now();
  const today = marketDay(now);
  const last = now >= today.from + TOMORROW_FROM_HOUR * HOUR_MS ? marketDay(today.to) : today;
  const since = source.hasPast ? ((await context.firstDay()) ?? today.day) : today.day;
  const first = since < today.day ? namedMarketDay(since) : today;
  const days = localDays(MARKET_ZONE, first.from, last.to);
  // The past is filled from its newest day to its oldest. Once that is there, only the last days are looked at.
  const [oldest] = await store.read(first.day, first.day);
  const all = oldest === undefined ? days : days.slice(-RECENT_DAYS);
  const stored = new Map(
    (await store.read(all[0]?.day ?? first.day, last.day)).map((prices) => [prices.day, prices]),
  );
  const isMissing = ({ day }: LocalDay) => {
    const prices = stored.get(day);
    if (prices === undefined) return true;
    if (isComplete(prices)) return false;
    return day >= today.day || now - Date.parse(prices.fetched_at) >= ASK_AGAIN_MS;
  };
  const result: PriceResult = { asked: 0, written: 0, incomplete: 0 };

  async function ask(days: readonly LocalDay[]): Promise<void> {
    const [from, to] = [days[0], days.at(-1)];
    if (from === undefined || to === undefined) return;
    result.asked += 1;
    const prices = await source.prices(from, to);
    for (const day of days) {
      if (!isMissing(day)) continue;
      const eur_per_mwh = quarterHourPrices(day, prices);
      // Of a day that comes there is nothing to keep yet; of one that is over, that nothing was there.
      if (day.to > now && eur_per_mwh.every((price) => price === null)) continue;
      const news: DayPrices = {
        day: day.day,
        eur_per_mwh,
        source: source.name,
        fetched_at: new Date(clock.now()).toISOString(),
      };
      const added = await store.add(news, stored.get(day.day));
      if (added === undefined) continue;
      stored.set(day.day, added);
      result.written += 1;
    }
  }

  const current = all.filter((day) => day.day >= today.day && isMissing(day));
  await ask(current).catch((error) => {
    if (!stored.has(today.day)) throw error;
    log.warn({ event: "prices_not_read", first: current[0]?.day, last: current.at(-1)?.day, error });
  });
  const newest = all.findLast((day) => day.day < today.day && isMissing(day));
  if (newest !== undefined) {
    const past = all.filter(({ from }) => from <= newest.from && from > newest.from - PAST_DAYS * DAY_MS);
    await ask(past).catch((error) =>
      log.warn({ event: "prices_not_read", first: past[0]?.day, last: newest.day, error }),
    );
  }
  const incomplete = all.filter(({ day }) => !isComplete(stored.get(day) ?? { eur_per_mwh: [null] }));
  result.incomplete = incomplete.length;
  return result;
}
