import type { EnergySeries } from "@energylive/api/contract";
import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type EnergyPeriod, periodsOf } from "../../chart/bars.ts";
import { getJson } from "../../data/client.ts";
import { type Resource, useResource } from "../../data/resource.ts";
import { EXPORT_REGISTER, IMPORT_REGISTER } from "../../data/types.ts";
import type { Range } from "../../series/tiles.ts";
import { addDays, addMonths, DAY_MS, HOUR_MS, startOfDay, startOfMonth } from "../../time/zone.ts";
import { zone } from "../../ui/zone.ts";

export type EnergyUnit = "hour" | "day" | "month";

/** The current bar grows. */
const REFRESH_MS = 60_000;

/** A unit suits a range if it gives at least a few bars, but not too many to tell apart. */
const MOST_HOURS_MS = 3 * DAY_MS;
const MOST_DAYS_MS = 100 * DAY_MS;

/** Hours over a longer range would be thinner than a pixel. */
const HOURS_AT_MOST_MS = 31 * DAY_MS;
const DAYS_AT_MOST_MS = 750 * DAY_MS;

export function suitableUnit({ from, to }: Range): EnergyUnit {
  const span = to - from;
  return span <= MOST_HOURS_MS ? "hour" : span <= MOST_DAYS_MS ? "day" : "month";
}

/** The units that can be drawn for the range. */
export function possibleUnits({ from, to }: Range): EnergyUnit[] {
  const span = to - from;
  if (span <= HOURS_AT_MOST_MS) return ["hour", "day", "month"];
  return span <= DAYS_AT_MOST_MS ? ["day", "month"] : ["month"];
}

/** The whole hours, days or months that the range touches. */
export function wholeUnits({ from, to }: Range, unit: EnergyUnit): Range {
  const [start, next] = {
    hour: [(at: number) => Math.floor(at / HOUR_MS) * HOUR_MS, (at: number) => at + HOUR_MS] as const,
    day: [(at: number) => startOfDay(zone, at), (at: number) => addDays(zone, at, 1)] as const,
    month: [(at: number) => startOfMonth(zone, at), (at: number) => addMonths(zone, at, 1)] as const,
  }[unit];
  const end = start(to);
  return { from: start(from), to: end === to ? end : next(end) };
}

/** Drawn and fed-in energy per unit over the range. */
export function useEnergy(
  deviceId: string,
  range: Range,
  unit: EnergyUnit,
  enabled: boolean,
): { resource: Resource<EnergyPeriod[]>; shown: ReadonlySignal<EnergyPeriod[] | undefined> } {
  const whole = wholeUnits(range, unit);
  const resource = useResource<EnergyPeriod[]>(
    JSON.stringify([deviceId, whole, unit]),
    async (signal) => {
      const bars = await Promise.all(
        [IMPORT_REGISTER, EXPORT_REGISTER].map((type) =>
          getJson<EnergySeries>("/api/energy", { device: deviceId, type, ...whole, unit, zone }, signal),
        ),
      );
      const [imports, exports] = bars;
      return periodsOf(imports?.bars ?? [], exports?.bars ?? []);
    },
    { refreshMs: REFRESH_MS, enabled },
  );
  // The old bars stay until new ones arrive, so nothing flickers.
  const before = useSignal<EnergyPeriod[] | undefined>(undefined);
  useEffect(
    () =>
      resource.data.subscribe((periods) => {
        if (periods !== undefined) before.value = periods;
      }),
    [resource.data],
  );
  return { resource, shown: useComputed(() => resource.data.value ?? before.value) };
}
