import { attributionOf } from "@energylive/core/price/source";
import { createPriceStore } from "@energylive/core/price/store";
import { profilesAround } from "@energylive/core/profile/store";
import type { EnergyRange } from "@energylive/core/profile/sums";
import type { CostSum } from "@energylive/core/tariff/cost";
import { euros } from "@energylive/core/tariff/money";
import { type CostReader, createCostReader } from "@energylive/core/tariff/reader";

import { openProfiles } from "../profiles/days.ts";
import type { Stage } from "../stage/stage.ts";
import { openTariffs, validTariffs } from "../tariffs/store.ts";
import { counted } from "../terminal/number.ts";

/** Digits behind the point for programs: a quarter-hour costs a few cents. */
const EXACT_DIGITS = 4;

/** @throws {FailedError} for a tariff that is not valid, when it is read */
export async function openCosts(stage: Stage, range: EnergyRange): Promise<CostReader> {
  const dynamodb = await stage.dynamodb();
  const tariffs = await openTariffs(stage);
  const { profiles } = await openProfiles(stage);
  return createCostReader(range, {
    profiles: (device, touched) => profilesAround(profiles, device, touched),
    firstDay: profiles.firstDay,
    prices: createPriceStore({ dynamodb, table: stage.names.pricesTable }),
    versions: async (name) => validTariffs(await tariffs.versions(name)),
  });
}

/** Whose market prices these are, for a person; `undefined` if there are none. */
export function priceAttribution({ isSimulated }: Stage, { priceSources }: CostReader): string | undefined {
  if (priceSources.length === 0) return undefined;
  return `Market prices: ${isSimulated ? "simulated" : priceSources.map(attributionOf).join("; ")}`;
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
  const kwh = (wh: number) => `${(wh / 1_000).toFixed(2)} kWh`;
  return [
    ...(no_price === 0
      ? []
      : [
          `${counted(no_price, "quarter-hour")} with ${kwh(unpriced_wh)} drawn have no price and are not in the cost.`,
        ]),
    ...(not_measured === 0
      ? []
      : [
          `${counted(not_measured, "quarter-hour")} were not measured; what was drawn in them is not in the cost.`,
        ]),
    ...(unpriced_export_wh === 0 ? [] : [`${kwh(unpriced_export_wh)} fed in have no price.`]),
  ];
}
