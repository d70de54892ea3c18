import type { CalendarUnit } from "@energylive/core/energy/calendar";
import { marketDay } from "@energylive/core/price/prices";
import { attributionOf } from "@energylive/core/price/source";
import { createPriceStore } from "@energylive/core/price/store";
import { localDay, namedDay } from "@energylive/core/profile/quarter-hours";
import type { EnergyRange } from "@energylive/core/profile/sums";
import { type CostBasis, type CostSum, CostSums, costSince, priceIndex } from "@energylive/core/tariff/cost";
import { euros } from "@energylive/core/tariff/money";
import type { Tariff } from "@energylive/core/tariff/tariff";
import pLimit from "p-limit";

import { openProfiles, type ProfiledDevice } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";
import { openTariffs, validTariffs } from "../tariffs/store.ts";

/** Devices whose profiles are read at once. */
const CONCURRENT_READS = 8;

/** Digits behind the point for programs: a quarter-hour costs a few cents. */
const EXACT_DIGITS = 4;

/**
 * Reads what the cost of devices is computed from, each with its own tariff, as it comes.
 *
 * @returns whose market prices these are, to be named where they are shown
 */
export async function readCostBases(
  stage: Stage,
  devices: readonly ProfiledDevice[],
  range: EnergyRange,
  onBasis: (basis: CostBasis) => void,
): Promise<string[]> {
  const dynamodb = await stage.dynamodb();
  const { profiles } = await openProfiles(stage);
  const tariffs = await openTariffs(stage);
  const versions = new Map<string, Promise<Tariff[]>>();
  const versionsOf = (name: string) => {
    const found = versions.get(name) ?? tariffs.versions(name).then(validTariffs);
    versions.set(name, found);
    return found;
  };
  const days = await createPriceStore({ dynamodb, table: stage.names.pricesTable }).read(
    marketDay(range.from).day,
    marketDay(range.to).day,
  );
  const prices = priceIndex(days);
  await pLimit(CONCURRENT_READS).map(devices, async ({ device_id, time_zone, tariff }) => {
    const first = await profiles.firstDay(device_id);
    if (first === undefined) return;
    const from = costSince(range, time_zone);
    onBasis({
      time_zone,
      profiles: await profiles.read(
        device_id,
        localDay(time_zone, from).day,
        localDay(time_zone, range.to).day,
      ),
      versions: tariff === undefined ? [] : await versionsOf(tariff),
      prices,
      since: namedDay(time_zone, first).from,
    });
  });
  return stage.isSimulated ? ["simulated"] : [...new Set(days.map(({ source }) => attributionOf(source)))];
}

/** What devices cost together, by period. */
export async function costsOf(
  stage: Stage,
  devices: readonly ProfiledDevice[],
  range: EnergyRange,
  { by, zone, now }: { by: CalendarUnit; zone: string; now: number },
): Promise<{ costs: CostSum[]; sources: string[] }> {
  const sums = new CostSums(by, zone, range, now);
  const sources = await readCostBases(stage, devices, range, (basis) => sums.add(basis));
  return { costs: sums.result(), sources };
}

/** For programs, in EUR. */
export function flatCost({ parts, cost, earned, quarter_hours, unpriced_wh, unpriced_export_wh }: CostSum) {
  const eur = (amount: bigint | null) => (amount === null ? null : euros(amount, EXACT_DIGITS));
  return {
    cost_eur: eur(cost),
    energy_eur: eur(parts.energy),
    grid_eur: eur(parts.grid),
    levies_eur: eur(parts.levies),
    base_eur: eur(parts.base),
    peak_eur: eur(parts.peak),
    vat_eur: eur(parts.vat),
    earned_eur: eur(earned),
    priced: quarter_hours.priced,
    no_price: quarter_hours.no_price,
    not_measured: quarter_hours.not_measured,
    unpriced_wh,
    unpriced_export_wh,
  };
}

/** What of a cost is not known, for a person; empty if all is. */
export function costRemarks({ quarter_hours, unpriced_wh, unpriced_export_wh }: CostSum): string[] {
  const { no_price, not_measured } = quarter_hours;
  const count = (quarters: number) => `${quarters} quarter-hour${quarters === 1 ? "" : "s"}`;
  const kwh = (wh: number) => `${(wh / 1_000).toFixed(2)} kWh`;
  return [
    ...(no_price === 0
      ? []
      : [`${count(no_price)} with ${kwh(unpriced_wh)} drawn have no price and are not in the cost.`]),
    ...(not_measured === 0
      ? []
      : [`${count(not_measured)} were not measured; what was drawn in them is not in the cost.`]),
    ...(unpriced_export_wh === 0 ? [] : [`${kwh(unpriced_export_wh)} fed in have no price.`]),
  ];
}
