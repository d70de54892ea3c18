import { parameters, setParameters } from "../../app/router.ts";

export type CompareMode = "devices" | "weeks";
export type CompareQuantity = "net" | "drawn" | "fedIn";

/** More curves would be hard to tell apart. */
export const MOST_DEVICES = 6;

/** What is compared. It is part of the address, so it can be bookmarked. */
export interface CompareSelection {
  mode: CompareMode;
  deviceIds: string[];
  quantity: CompareQuantity;
  hasSum: boolean;
  hasDifference: boolean;
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
  const mode = value.get("mode") === "weeks" ? "weeks" : "devices";
  return {
    mode,
    deviceIds: ids.slice(0, mode === "weeks" ? 1 : MOST_DEVICES),
    quantity: QUANTITIES.find((quantity) => quantity === value.get("quantity")) ?? "net",
    hasSum: value.get("sum") === "1",
    hasDifference: value.get("difference") === "1",
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
  });
}
