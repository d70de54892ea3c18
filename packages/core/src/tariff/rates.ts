import { Temporal } from "temporal-polyfill";

import { type LocalDay, QUARTER_HOUR_MS, quarterHoursOf } from "../profile/quarter-hours.ts";
import { type Rate, rateOfCt, spotRate } from "./money.ts";
import type { Tariff, TariffZone } from "./tariff.ts";

/** What a kWh costs and earns in a quarter-hour. */
export interface QuarterRates {
  /** `undefined` where the market price is missing. */
  energy: Rate | undefined;
  grid: Rate;
  levies: Rate;
  feedIn: Rate | undefined;
}

/** The rates of a tariff on one day. */
export class DayRates {
  readonly #tariff: Tariff;
  readonly #levies: Rate;
  readonly #grid: (quarter: number) => Rate;
  readonly #energy: ((quarter: number) => Rate) | undefined;

  constructor(tariff: Tariff, date: Temporal.PlainDate, day: LocalDay, zone: string) {
    this.#tariff = tariff;
    this.#levies = tariff.levies.reduce((sum, levy) => sum + rateOfCt(levy.ct), 0n);
    const byHour = (zones: readonly TariffZone[]) => {
      const rates = Array.from({ length: 24 }, (_, hour) => rateOfCt(zoneAt(zones, date, hour)?.ct ?? 0));
      return (quarter: number) => rates[hourOf(day, zone, quarter)] ?? 0n;
    };
    this.#grid = tariff.grid === undefined ? () => 0n : byHour(tariff.grid);
    const { energy } = tariff;
    if (energy.kind === "fixed") {
      const rate = rateOfCt(energy.ct);
      this.#energy = () => rate;
    } else if (energy.kind === "zones") this.#energy = byHour(energy.zones);
  }

  at(quarter: number, eurPerMwh: number | undefined): QuarterRates {
    const { energy, feed_in } = this.#tariff;
    const spot = (terms: { factor: number; markup_ct: number }) =>
      eurPerMwh === undefined ? undefined : spotRate(eurPerMwh, terms);
    return {
      energy: energy.kind === "spot" ? spot(energy) : this.#energy?.(quarter),
      grid: this.#grid(quarter),
      levies: this.#levies,
      feedIn:
        feed_in === undefined ? undefined : feed_in.kind === "spot" ? spot(feed_in) : rateOfCt(feed_in.ct),
    };
  }
}

/** The local hour in which a quarter-hour of a day begins. */
function hourOf(day: LocalDay, zone: string, quarter: number): number {
  if (quarterHoursOf(day) === 96) return Math.floor(quarter / 4);
  return Temporal.Instant.fromEpochMilliseconds(day.from + quarter * QUARTER_HOUR_MS).toZonedDateTimeISO(zone)
    .hour;
}

function zoneAt(
  zones: readonly TariffZone[],
  date: Temporal.PlainDate,
  hour: number,
): TariffZone | undefined {
  return zones.findLast(
    ({ months, weekdays, hours }) =>
      isWithin(months, date.month) &&
      isWithin(weekdays, date.dayOfWeek) &&
      (hours === undefined || isHour(hours, hour)),
  );
}

function isWithin(range: readonly [number, number] | undefined, value: number): boolean {
  if (range === undefined) return true;
  const [first, last] = range;
  return first <= last ? value >= first && value <= last : value >= first || value <= last;
}

/** Without the last hour. */
function isHour([from, to]: readonly [number, number], hour: number): boolean {
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}
