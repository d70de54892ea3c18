import { type DayPrices, marketDay } from "../price/prices.ts";
import type { PriceStore } from "../price/store.ts";
import { localDay, namedDay } from "../profile/quarter-hours.ts";
import type { ProfileStore } from "../profile/store.ts";
import type { EnergyRange } from "../profile/sums.ts";
import { type CostBasis, costSince, priceIndex } from "./cost.ts";
import type { Tariff } from "./tariff.ts";

const DAY_MS = 86_400_000;

export interface CostSources {
  profiles: Pick<ProfileStore, "read" | "firstDay">;
  prices: Pick<PriceStore, "read">;
  /** The versions of a tariff. */
  versions(name: string): Promise<readonly Tariff[]>;
}

/** A device, the zone of its days, and the name of its tariff. */
export interface PricedDevice {
  device_id: string;
  time_zone: string;
  tariff?: string | undefined;
}

/** Reads what the cost of a range is computed from. Market prices and tariffs are read once for all devices. */
export interface CostReader {
  /** Where the market prices come from, to be named where they are shown. */
  priceSources: string[];
  /** @returns `undefined` for a device that never had a load profile */
  basisOf(device: PricedDevice): Promise<CostBasis | undefined>;
}

/** Errors of DynamoDB and of `versions` pass through. */
export async function createCostReader(range: EnergyRange, sources: CostSources): Promise<CostReader> {
  const days: DayPrices[] = await sources.prices.read(marketDay(range.from).day, marketDay(range.to).day);
  const prices = priceIndex(days);
  const versions = new Map<string, Promise<readonly Tariff[]>>();
  const versionsOf = (name: string) => {
    const found = versions.get(name) ?? sources.versions(name);
    versions.set(name, found);
    return found;
  };
  return {
    priceSources: [...new Set(days.map(({ source }) => source))],
    async basisOf({ device_id, time_zone, tariff }) {
      const first = await sources.profiles.firstDay(device_id);
      if (first === undefined) return undefined;
      // A profile of another zone than the device has now may begin up to a day before.
      const since = localDay(time_zone, Math.min(costSince(range, time_zone), range.from - DAY_MS)).day;
      const until = localDay(time_zone, range.to + DAY_MS).day;
      return {
        time_zone,
        profiles: await sources.profiles.read(device_id, since, until),
        versions: tariff === undefined ? [] : await versionsOf(tariff),
        prices,
        since: namedDay(time_zone, first).from,
      };
    },
  };
}
