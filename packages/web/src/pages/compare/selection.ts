import { parameters, setParameters } from "../../app/router.ts";
import { now } from "../../data/clock.ts";
import { type Period, periodAt, readPeriod, steppedPeriod } from "../../time/period.ts";
import { addMonths } from "../../time/zone.ts";
import { zone } from "../../ui/zone.ts";

export type CompareMode = "devices" | "periods";
export type CompareQuantity = "net" | "drawn" | "fedIn";

/** Six colours, each in three kinds of line. More could not be told apart. */
export const MOST_DEVICES = 18;

/** What is compared. It is part of the address, so it can be bookmarked. */
export interface CompareSelection {
  mode: CompareMode;
  deviceIds: string[];
  quantity: CompareQuantity;
  hasSum: boolean;
  hasDifference: boolean;
  /** The period that the chart's is compared with: the one before if there is no such one of the same unit. */
  withPeriod: string | undefined;
  /** Whether weekdays lie over weekdays. */
  byWeekday: boolean;
}

const QUANTITIES: readonly CompareQuantity[] = ["net", "drawn", "fedIn"];

export function readSelection(): CompareSelection {
  const { value } = parameters;
  const ids = [
    ...new Set(
      value
        .getAll("device")
        .flatMap((list) => list.split(","))
        .filter(Boolean),
    ),
  ];
  const mode = value.get("mode") === "periods" ? "periods" : "devices";
  return {
    mode,
    deviceIds: ids.slice(0, mode === "periods" ? 1 : MOST_DEVICES),
    quantity: QUANTITIES.find((quantity) => quantity === value.get("quantity")) ?? "net",
    hasSum: value.get("sum") === "1",
    hasDifference: value.get("difference") === "1",
    withPeriod: value.get("with") ?? undefined,
    byWeekday: value.get("weekdays") === "1",
  };
}

export function writeSelection(changed: Partial<CompareSelection>): void {
  const flag = (isOn: boolean | undefined) => (isOn === true ? "1" : undefined);
  setParameters({
    ...(changed.mode === undefined ? {} : { mode: changed.mode }),
    ...(changed.deviceIds === undefined ? {} : { device: changed.deviceIds.join(",") || undefined }),
    ...(changed.quantity === undefined ? {} : { quantity: changed.quantity }),
    ...("hasSum" in changed ? { sum: flag(changed.hasSum) } : {}),
    ...("hasDifference" in changed ? { difference: flag(changed.hasDifference) } : {}),
    ...("withPeriod" in changed ? { with: changed.withPeriod } : {}),
    ...("byWeekday" in changed ? { weekdays: flag(changed.byWeekday) } : {}),
  });
}

/** The period that `first` is compared with. */
export function otherPeriod({ withPeriod = "" }: CompareSelection, first: Period): Period {
  const chosen = readPeriod(zone, withPeriod, now.value);
  return chosen?.unit === first.unit ? chosen : steppedPeriod(zone, first, -1);
}

/** The same time a year before; of a week the one a year of weeks before. */
export function yearBefore({ unit, from, to }: Period): Period {
  return unit === "week"
    ? steppedPeriod(zone, { unit, from, to }, -52)
    : periodAt(zone, unit, addMonths(zone, from, -12));
}
