import { QUARTER_HOUR_MS } from "../profile/quarter-hours.ts";
import { type DayPrices, namedMarketDay } from "./prices.ts";

/** A stretch of time and its mean price. */
export interface PricedStretch {
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
  eur_per_mwh: number;
}

/** The quarter-hours of a day whose price is known, in order. */
export function pricedQuarterHours({ day, eur_per_mwh }: DayPrices): PricedStretch[] {
  const { from } = namedMarketDay(day);
  return eur_per_mwh.flatMap((price, index) => {
    const at = from + index * QUARTER_HOUR_MS;
    return price === null ? [] : [{ from: at, to: at + QUARTER_HOUR_MS, eur_per_mwh: price }];
  });
}

/** The hours of a day whose four quarter-hours are known, in order, each with their mean. */
export function pricedHours(prices: DayPrices): PricedStretch[] {
  return stretches(pricedQuarterHours(prices), 4).filter(
    ({ from }) => (from - namedMarketDay(prices.day).from) % (4 * QUARTER_HOUR_MS) === 0,
  );
}

/** The `quarters` quarter-hours in a row with the lowest mean, the first of equals; `undefined` if so many in a row are not known. */
export function cheapestBlock(known: readonly PricedStretch[], quarters: number): PricedStretch | undefined {
  return stretches(known, quarters).reduce<PricedStretch | undefined>(
    (best, next) => (best === undefined || next.eur_per_mwh < best.eur_per_mwh ? next : best),
    undefined,
  );
}

/** Every run of `count` quarter-hours without a gap. */
function stretches(known: readonly PricedStretch[], count: number): PricedStretch[] {
  return known.flatMap((first, index) => {
    const run = known.slice(index, index + count);
    const to = first.from + count * QUARTER_HOUR_MS;
    if (run.length < count || run.at(-1)?.to !== to) return [];
    const sum = run.reduce((total, { eur_per_mwh }) => total + eur_per_mwh, 0);
    return [{ from: first.from, to, eur_per_mwh: sum / count }];
  });
}
