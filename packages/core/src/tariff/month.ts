import type { Temporal } from "temporal-polyfill";

import { QUARTER_HOUR_MS } from "../profile/quarter-hours.ts";
import { type Amount, amountOfEur, peakCost, VAT_UNITS } from "./money.ts";
import type { Tariff } from "./tariff.ts";

/** A calendar month of a device: its fees are spread over its quarter-hours, and its peak grows. */
export interface Month {
  baseFee(at: number, tariff: Tariff): Amount;
  /** What a quarter-hour adds to the month's charge for its peak: nothing unless it is the highest so far. */
  raise(watts: number, tariff: Tariff | undefined): Amount;
}

/** The month that a day is in. */
export function monthOf(date: Temporal.PlainDate, zone: string): Month {
  const first = date.with({ day: 1 });
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds;
  const [from, to] = [startOf(first), startOf(first.add({ months: 1 }))];
  const count = BigInt((to - from) / QUARTER_HOUR_MS);
  let highest = 0;
  return {
    baseFee(at, { base_fees }) {
      const fee = base_fees.reduce((sum, { eur_per_month }) => sum + amountOfEur(eur_per_month), 0n);
      const index = BigInt((at - from) / QUARTER_HOUR_MS);
      // A multiple of what VAT is counted in; the shares of a month add up to the fee.
      const until = (quarters: bigint) => ((fee / VAT_UNITS) * quarters) / count;
      return (until(index + 1n) - until(index)) * VAT_UNITS;
    },
    raise(watts, tariff) {
      if (watts <= highest) return 0n;
      const before = highest;
      highest = watts;
      const rate = tariff?.peak?.eur_per_kw_month ?? 0;
      return peakCost(watts, rate) - peakCost(before, rate);
    },
  };
}
