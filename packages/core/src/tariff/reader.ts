import { type DayPrices, marketDay } from "../price/prices.ts";
import type { PriceStore } from "../price/store.ts";
import type { Profile } from "../profile/profile.ts";
import { namedDay } from "../profile/quarter-hours.ts";
import { type ProfileStore, profilesAround } from "../profile/store.ts";
import type { EnergyRange } from "../profile/sums.ts";
import { type CostBasis, costSince, priceIndex } from "./cost.ts";
import type { TariffStore } from "./store.ts";
import type { Tariff } from "./tariff.ts";

export interface CostSources {
  /** The load profiles that a range touches. */
  profiles(device: PricedDevice, range: EnergyRange): Promise<readonly Profile[]>;
  /** The first day that a device has a load profile of. */
  firstDay(deviceId: string): Promise<string | undefined>;
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
  /** With the device's own tariff. @returns `undefined` for a device that never had a load profile */
  basisOf(device: PricedDevice): Promise<CostBasis | undefined>;
  /** With another tariff, or several. */
  basisWith(versions: readonly Tariff[], device: PricedDevice): Promise<CostBasis | undefined>;
}

/** A cost reader over the tables. Errors of DynamoDB pass through. */
export function readStoredCosts(
  range: EnergyRange,
  stores: {
    profiles: Pick<ProfileStore, "read" | "firstDay">;
    prices: Pick<PriceStore, "read">;
    tariffs: Pick<TariffStore, "versions">;
  },
): Promise<CostReader> {
  const { profiles, prices, tariffs } = stores;
  return createCostReader(range, {
    profiles: (device, touched) => profilesAround(profiles, device, touched),
    firstDay: profiles.firstDay,
    prices,
    // An item that is not valid says nothing; the page and the command name it.
    versions: async (name) =>
      (await tariffs.versions(name)).flatMap((parsed) =>
        parsed.tariff === undefined ? [] : [parsed.tariff],
      ),
  });
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

  async function basisWith(
    versions: readonly Tariff[],
    device: PricedDevice,
  ): Promise<CostBasis | undefined> {
    const { device_id, time_zone } = device;
    // Only a peak depends on what was before in its month.
    const from = versions.some(({ peak }) => peak !== undefined) ? costSince(range, time_zone) : range.from;
    const [first, profiles] = await Promise.all([
      sources.firstDay(device_id),
      sources.profiles(device, { from, to: range.to }),
    ]);
    if (first === undefined) return undefined;
    return { time_zone, profiles, versions, prices, since: namedDay(time_zone, first).from };
  }

  return {
    priceSources: [...new Set(days.map(({ source }) => source))],
    basisWith,
    basisOf: async (device) =>
      basisWith(device.tariff === undefined ? [] : await versionsOf(device.tariff), device),
  };
}
