import type { CostSeries, EnergySeries } from "@energylive/api/contract";
import type { ReadonlySignal } from "@preact/signals";
import { hrefWith } from "../../app/router.ts";
import { getJson } from "../../data/client.ts";
import { serverNow } from "../../data/clock.ts";
import { type Resource, useLastAnswer, useResource } from "../../data/resource.ts";
import { periodText, rangeText } from "../../format/times.ts";
import type { Range } from "../../series/tiles.ts";
import { periodAt, periodName } from "../../time/period.ts";
import {
  addDays,
  addMonths,
  DAY_MS,
  HOUR_MS,
  startOfDay,
  startOfMonth,
  startOfWeek,
  startOfYear,
} from "../../time/zone.ts";
import { timeStyle, zone } from "../../ui/zone.ts";

export type EnergyUnit = "quarter" | "hour" | "day" | "week" | "month" | "year";

const QUARTER_MS = HOUR_MS / 4;

/** The current bar grows. */
const REFRESH_MS = 60_000;

/** A unit suits a range if it gives at least a few bars, but not too many to tell apart. */
const MOST_HOURS_MS = 3 * DAY_MS;
const MOST_DAYS_MS = 100 * DAY_MS;

/** More bars of a unit would be thinner than a pixel, or longer than what the server gives. */
const AT_MOST_MS: readonly (readonly [EnergyUnit, number])[] = [
  ["quarter", 7 * DAY_MS],
  ["hour", 31 * DAY_MS],
  ["day", 750 * DAY_MS],
  ["week", 1_100 * DAY_MS],
  ["month", 1_100 * DAY_MS],
  ["year", 1_100 * DAY_MS],
];

/** Fewer bars than two tell nothing. */
const AT_LEAST_MS: Partial<Record<EnergyUnit, number>> = { week: 13 * DAY_MS, year: 400 * DAY_MS };

export function suitableUnit({ from, to }: Range): EnergyUnit {
  const span = to - from;
  return span <= MOST_HOURS_MS ? "hour" : span <= MOST_DAYS_MS ? "day" : "month";
}

/** The units that can be drawn for the range, the shortest first. */
export function possibleUnits({ from, to }: Range): EnergyUnit[] {
  const span = to - from;
  const possible = AT_MOST_MS.filter(([unit, most]) => span <= most && span >= (AT_LEAST_MS[unit] ?? 0));
  return possible.length === 0 ? ["month"] : possible.map(([unit]) => unit);
}

/** The quarter-hours that begin within the range, at least one: it moves with the clock, and then changes four times an hour. */
export function quartersOf({ from, to }: Range): Range {
  const [first, end] = [from, to].map((at) => Math.ceil(at / QUARTER_MS) * QUARTER_MS);
  return { from: first ?? from, to: Math.max(end ?? to, (first ?? from) + QUARTER_MS) };
}

/** What a bar stands for: its period, or the part of one that the range begins or ends in. */
export function barText({ from, to }: Range, unit: EnergyUnit): string {
  const [start, next] = STEPS[unit];
  const isWhole = start(from) === from && (to === next(from) || to >= serverNow());
  return isWhole ? periodText(timeStyle(), from, unit) : rangeText(timeStyle(), from, to);
}

/** Where a bar leads: to its year, month or week, or to the quarter-hours of its day. */
export function hrefBelow(unit: EnergyUnit, from: number): string {
  const period = periodAt(zone, unit === "quarter" || unit === "hour" ? "day" : unit, from);
  const isDay = period.unit === "day";
  return hrefWith({
    range: periodName(zone, period, serverNow()),
    from: undefined,
    to: undefined,
    per: isDay ? "quarter" : undefined,
  });
}

type Step = (at: number) => number;

const STEPS: Record<EnergyUnit, readonly [start: Step, next: Step]> = {
  quarter: stepOf(QUARTER_MS),
  hour: stepOf(HOUR_MS),
  day: [(at) => startOfDay(zone, at), (at) => addDays(zone, at, 1)],
  week: [(at) => startOfWeek(zone, at), (at) => addDays(zone, at, 7)],
  month: [(at) => startOfMonth(zone, at), (at) => addMonths(zone, at, 1)],
  year: [(at) => startOfYear(zone, at), (at) => addMonths(zone, at, 12)],
};

function stepOf(ms: number): readonly [Step, Step] {
  return [(at) => Math.floor(at / ms) * ms, (at) => at + ms];
}

/** Of those that have begun: a calendar period may reach into the future, of which there is nothing to say. */
export function begun<Period extends Range>(periods: readonly Period[]): Period[] {
  return periods.filter(({ from }) => from < serverNow());
}

/** Drawn and fed-in energy per unit over the range. */
export function useEnergy(asked: AskedPeriods): ShownPeriods<EnergySeries> {
  return usePeriods("/api/energy", asked);
}

/** What the energy cost, per unit over the range. */
export function useCosts(asked: AskedPeriods): ShownPeriods<CostSeries> {
  return usePeriods("/api/costs", asked);
}

export interface AskedPeriods {
  deviceId: string;
  range: Range;
  unit: EnergyUnit;
  enabled: boolean;
}

/** What the bars of a device's energy are given, and those of its cost. */
export interface BarsProps {
  asked: AskedPeriods;
  /** Of the device. */
  name: string;
  /** The element id of the card's title. */
  titleId: string;
}

export interface ShownPeriods<Answer> {
  resource: Resource<Answer>;
  shown: ReadonlySignal<Answer | undefined>;
}

function usePeriods<Answer>(
  path: string,
  { deviceId, range, unit, enabled }: AskedPeriods,
): ShownPeriods<Answer> {
  const quarters = quartersOf(range);
  const resource = useResource<Answer>(
    JSON.stringify([deviceId, quarters, unit]),
    (signal) => getJson(path, { device: deviceId, ...quarters, unit, zone }, signal),
    { refreshMs: REFRESH_MS, enabled },
  );
  return { resource, shown: useLastAnswer(resource) };
}
