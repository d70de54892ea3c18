import type { Clock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import { startOfDay } from "@energylive/core/energy/calendar";
import type { DayPrices } from "@energylive/core/price/prices";
import type { PriceStore } from "@energylive/core/price/store";
import type { ProfileStore } from "@energylive/core/profile/store";
import type { EnergyRange } from "@energylive/core/profile/sums";
import { type CostSum, CostSums } from "@energylive/core/tariff/cost";
import { type Amount, euros } from "@energylive/core/tariff/money";
import { type CostReader, createCostReader } from "@energylive/core/tariff/reader";
import type { TariffStore } from "@energylive/core/tariff/store";
import type { ParsedTariff, Tariff } from "@energylive/core/tariff/tariff";

import type { Cost, DayCost } from "../contract.ts";
import type { EnergyReader, ProfiledDevice } from "../energy/reader.ts";
import { RequestProblem } from "../problem.ts";
import { sharedReads } from "../shared-reads.ts";

/** Digits behind the point: a quarter-hour costs a few cents. */
const EUR_DIGITS = 6;

/** Reads what devices cost, with the newest measurements that the profiler has not come to yet. Errors of DynamoDB pass through. */
export interface Costs {
  /** @param device with its watermarks; without them it is read without its newest measurements */
  open(range: EnergyRange, device?: ProfiledDevice): Promise<CostReader>;
  /** Of a device, since midnight in `zone`. */
  today(device: Device, zone: string): Promise<DayCost | null>;
}

export function createCosts(options: {
  energy: EnergyReader;
  profiles: Pick<ProfileStore, "firstDay">;
  prices: PriceStore;
  tariffs: TariffStore;
  clock: Clock;
}): Costs {
  const { energy, profiles, prices, tariffs, clock } = options;
  const sharedPrices = sharedReads<DayPrices[]>(clock);
  const sharedVersions = sharedReads<readonly Tariff[]>(clock);

  function open(range: EnergyRange, device?: ProfiledDevice): Promise<CostReader> {
    return createCostReader(range, {
      profiles: (priced, touched) =>
        energy.profiles(device?.device_id === priced.device_id ? device : priced, touched),
      firstDay: profiles.firstDay,
      prices: {
        read: (since, until) => sharedPrices(`${since} ${until}`, () => prices.read(since, until)),
      },
      versions: (name) => sharedVersions(name, async () => validTariffs(await tariffs.versions(name))),
    });
  }

  return {
    open,
    async today(device, zone) {
      if (device.tariff === undefined) return null;
      const now = clock.now();
      const range = { from: startOfDay(zone, now), to: now };
      const basis = await (await open(range, device)).basisOf(device);
      if (basis === undefined) return null;
      const sums = new CostSums("day", zone, range, now);
      sums.add(basis);
      const [sum] = sums.result();
      return sum === undefined ? null : dayCostOf(sum);
    },
  };
}

/** @throws {RequestProblem} for an item that is not a tariff: to leave it out would compute with another one */
export function validTariffs(parsed: readonly ParsedTariff[]): Tariff[] {
  return parsed.map(({ tariff, invalid }) => {
    if (tariff !== undefined) return tariff;
    const { tariff: name, valid_from, problems } = invalid;
    const said = problems.join("; ");
    throw new RequestProblem(409, { code: "tariff_invalid", tariff: name, valid_from, said });
  });
}

export function costAnswer({ parts, cost, earned, ...sum }: CostSum): Cost {
  const eur = (amount: Amount) => euros(amount, EUR_DIGITS);
  return {
    ...sum,
    parts: {
      energy: eur(parts.energy),
      grid: eur(parts.grid),
      levies: eur(parts.levies),
      base: eur(parts.base),
      peak: eur(parts.peak),
      vat: eur(parts.vat),
    },
    cost: cost === null ? null : eur(cost),
    earned: earned === null ? null : eur(earned),
  };
}

function dayCostOf(sum: CostSum): DayCost | null {
  const { cost, earned, unpriced_wh, unpriced_export_wh } = costAnswer(sum);
  if (cost === null && earned === null) return null;
  return { cost, earned, is_partial: unpriced_wh + unpriced_export_wh > 0 };
}
