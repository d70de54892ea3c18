import type { CalendarUnit } from "../energy/calendar.ts";
import type { EnergyRange } from "../profile/sums.ts";
import { type CostBasis, type CostSum, CostSums, totalCost } from "./cost.ts";
import type { Amount } from "./money.ts";
import type { Tariff } from "./tariff.ts";

/** What a tariff would have cost. */
export interface ComparedTariff {
  tariff: string;
  /** The cost less what is earned. */
  balance: Amount;
  total: CostSum;
  periods: CostSum[];
}

/**
 * What each tariff would have cost with the same quarter-hours, the cheapest first. Where none of its versions is valid yet, its oldest
 * one is taken: the question is what it would have cost.
 *
 * @param basis with the versions of all tariffs
 */
export function compareTariffs(
  basis: CostBasis,
  { by, zone, range, now }: { by: CalendarUnit; zone: string; range: EnergyRange; now: number },
): ComparedTariff[] {
  return [...Map.groupBy(basis.versions, ({ tariff }) => tariff)]
    .flatMap(([tariff, versions]): ComparedTariff[] => {
      const sums = new CostSums(by, zone, range, now);
      sums.add({ ...basis, versions: withPast(versions) });
      const periods = sums.result();
      const total = totalCost(periods);
      return total === undefined ? [] : [{ tariff, balance: balanceOf(total), total, periods }];
    })
    .toSorted((a, b) => Number(a.balance - b.balance));
}

function balanceOf({ cost, earned }: CostSum): Amount {
  return (cost ?? 0n) - (earned ?? 0n);
}

/** The oldest version is taken for the time before it too. */
function withPast(versions: readonly Tariff[]): Tariff[] {
  const [oldest, ...others] = versions.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
  return oldest === undefined ? [] : [{ ...oldest, valid_from: "0000-01-01" }, ...others];
}
