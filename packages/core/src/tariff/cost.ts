import { Temporal } from "temporal-polyfill";

import { type CalendarUnit, calendarBoundaries } from "../energy/calendar.ts";
import { type DayPrices, namedMarketDay } from "../price/prices.ts";
import type { Profile } from "../profile/profile.ts";
import { localDays, QUARTER_HOUR_MS, quarterHoursOf } from "../profile/quarter-hours.ts";
import { type EnergyRange, meanWatts } from "../profile/sums.ts";
import { type Amount, costOf, vatOf } from "./money.ts";
import { type Month, monthOf } from "./month.ts";
import { DayRates, type QuarterRates } from "./rates.ts";
import { type Tariff, validOn } from "./tariff.ts";

/** What a period cost. All amounts are exact; `euros` rounds them for people. */
export interface CostSum {
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
  /** Net parts, and the tax on all of them. */
  parts: CostParts;
  /** The parts together; `null` if nothing of the period is priced. */
  cost: Amount | null;
  /** What was earned by what was fed in; `null` if nothing of it is priced. */
  earned: Amount | null;
  quarter_hours: {
    /** What was drawn has a price. */
    priced: number;
    /** What was drawn is known, and has no price: no tariff is valid, or the market price is missing. */
    no_price: number;
    /** Over, and not known. */
    not_measured: number;
  };
  /** Energy in quarter-hours without a price, in Wh: drawn, and fed in. */
  unpriced_wh: number;
  unpriced_export_wh: number;
}

export const COST_PARTS = ["energy", "grid", "levies", "base", "peak", "vat"] as const;

export type CostParts = Record<(typeof COST_PARTS)[number], Amount>;

/** What the cost of a device is computed from. */
export interface CostBasis {
  time_zone: string;
  /** Those that the range touches, from the beginning of its first month on: the peak is a month's. */
  profiles: readonly Profile[];
  /** All versions of its tariff; none if it has none. */
  versions: readonly Tariff[];
  /** By the start of the quarter-hour. */
  prices: ReadonlyMap<number, number>;
  /** The start of the first day that the device has a load profile of: before, it pays no fees. */
  since: number;
}

/** Market prices by the start of their quarter-hour, in EUR/MWh. */
export function priceIndex(days: readonly DayPrices[]): Map<number, number> {
  return new Map(
    days.flatMap(({ day, eur_per_mwh }) => {
      const { from } = namedMarketDay(day);
      return eur_per_mwh.flatMap((price, index): [number, number][] =>
        price === null ? [] : [[from + index * QUARTER_HOUR_MS, price]],
      );
    }),
  );
}

/** The start of the month in which a range begins: profiles are read from there on. */
export function costSince(range: EnergyRange, zone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(range.from)
    .toZonedDateTimeISO(zone)
    .with({ day: 1 })
    .startOfDay().epochMilliseconds;
}

/** Adds up what quarter-hours cost, by periods of a calendar; of one device or of several, each with its own tariff. */
export class CostSums {
  readonly #range: EnergyRange;
  readonly #now: number;
  readonly #periods: Period[];

  /** @param now what begins later costs nothing yet */
  constructor(by: CalendarUnit, zone: string, range: EnergyRange, now: number) {
    this.#range = range;
    this.#now = now;
    const boundaries = calendarBoundaries(by, zone, range.from, range.to);
    this.#periods = boundaries
      .slice(0, -1)
      .map((from, index) => new Period({ from, to: boundaries[index + 1] ?? from }, range));
  }

  add(basis: CostBasis): void {
    const { from, to } = this.#range;
    const byDay = new Map(basis.profiles.map((profile) => [profile.day, profile]));
    const begin = Math.max(costSince(this.#range, basis.time_zone), basis.since);
    const end = Math.min(to, this.#now);
    let month: Month | undefined;
    let index = 0;
    for (const day of begin < end ? localDays(basis.time_zone, begin, end) : []) {
      const date = Temporal.PlainDate.from(day.day);
      if (month === undefined || date.day === 1) month = monthOf(date, basis.time_zone);
      const tariff = validOn(basis.versions, day.day);
      const rates = tariff === undefined ? undefined : new DayRates(tariff, date, day, basis.time_zone);
      const profile = byDay.get(day.day);
      for (let quarter = 0; quarter < quarterHoursOf(day); quarter += 1) {
        const at = day.from + quarter * QUARTER_HOUR_MS;
        if (at >= end) break;
        const drawn = profile?.import_wh[quarter] ?? null;
        const peak = drawn === null ? 0n : month.raise(meanWatts(drawn), tariff);
        if (at < from) continue;
        while (at >= (this.#periods[index]?.to ?? Number.POSITIVE_INFINITY)) index += 1;
        this.#periods[index]?.add({
          drawn,
          fedIn: profile?.export_wh[quarter] ?? null,
          isOver: at + QUARTER_HOUR_MS <= this.#now,
          tariff,
          base: tariff === undefined ? 0n : month.baseFee(at, tariff),
          peak,
          rates: rates?.at(quarter, basis.prices.get(at)),
        });
      }
    }
  }

  result(): CostSum[] {
    return this.#periods.map((period) => period.sum());
  }
}

/** One period out of several that follow one another. */
export function totalCost(sums: readonly CostSum[]): CostSum | undefined {
  const [first, last] = [sums[0], sums.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const added = (of: (sum: CostSum) => number) => sums.reduce((total, sum) => total + of(sum), 0);
  const parts = noParts();
  let earned: Amount | null = null;
  for (const sum of sums) {
    for (const part of COST_PARTS) parts[part] += sum.parts[part];
    if (sum.earned !== null) earned = (earned ?? 0n) + sum.earned;
  }
  const quarter_hours = {
    priced: added((sum) => sum.quarter_hours.priced),
    no_price: added((sum) => sum.quarter_hours.no_price),
    not_measured: added((sum) => sum.quarter_hours.not_measured),
  };
  return {
    from: first.from,
    to: last.to,
    parts,
    // A period with nothing but fees has no cost of its own, but its fees are in the whole.
    cost: quarter_hours.priced === 0 ? null : together(parts),
    earned,
    quarter_hours,
    unpriced_wh: added((sum) => sum.unpriced_wh),
    unpriced_export_wh: added((sum) => sum.unpriced_export_wh),
  };
}

function noParts(): CostParts {
  return { energy: 0n, grid: 0n, levies: 0n, base: 0n, peak: 0n, vat: 0n };
}

function together(parts: CostParts): Amount {
  return COST_PARTS.reduce((sum, part) => sum + parts[part], 0n);
}

interface PricedQuarterHour {
  drawn: number | null;
  fedIn: number | null;
  isOver: boolean;
  tariff: Tariff | undefined;
  base: Amount;
  peak: Amount;
  rates: QuarterRates | undefined;
}

class Period {
  readonly to: number;
  readonly #from: number;
  readonly #until: number;
  readonly #parts = noParts();
  readonly #count = { priced: 0, no_price: 0, not_measured: 0 };
  #earned: Amount | undefined;
  #unpriced = 0;
  #unpricedExport = 0;

  constructor(period: EnergyRange, range: EnergyRange) {
    this.#from = Math.max(period.from, range.from);
    this.#until = Math.min(period.to, range.to);
    this.to = period.to;
  }

  add({ drawn, fedIn, isOver, tariff, base, peak, rates }: PricedQuarterHour): void {
    const net: Partial<CostParts> = { base, peak };
    if (drawn === null) {
      if (isOver) this.#count.not_measured += 1;
    } else if (rates?.energy === undefined) {
      this.#count.no_price += 1;
      this.#unpriced += drawn;
    } else {
      this.#count.priced += 1;
      net.energy = costOf(drawn, rates.energy);
      net.grid = costOf(drawn, rates.grid);
      net.levies = costOf(drawn, rates.levies);
    }
    if (tariff === undefined) {
      this.#unpricedExport += fedIn ?? 0;
      return;
    }
    let sum = 0n;
    for (const part of COST_PARTS) {
      this.#parts[part] += net[part] ?? 0n;
      sum += net[part] ?? 0n;
    }
    this.#parts.vat += vatOf(sum, tariff.vat_percent);
    if (fedIn === null || tariff.feed_in === undefined) return;
    if (rates?.feedIn === undefined) {
      this.#unpricedExport += fedIn;
      return;
    }
    const earned = costOf(fedIn, rates.feedIn);
    this.#earned = (this.#earned ?? 0n) + earned + vatOf(earned, tariff.feed_in.vat_percent);
  }

  sum(): CostSum {
    return {
      from: this.#from,
      to: this.#until,
      parts: { ...this.#parts },
      cost: this.#count.priced === 0 ? null : together(this.#parts),
      earned: this.#earned ?? null,
      quarter_hours: { ...this.#count },
      unpriced_wh: Math.round(this.#unpriced * 1_000) / 1_000,
      unpriced_export_wh: Math.round(this.#unpricedExport * 1_000) / 1_000,
    };
  }
}
