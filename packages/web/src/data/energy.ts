import type { EnergySum } from "@energylive/api/contract";

/** Added up; `null` where nothing is known. */
export function totalOf(periods: readonly EnergySum[], direction: "import" | "export"): number | null {
  const known = periods.map((period) => period[`${direction}_wh`]).filter((wh) => wh !== null);
  return known.length === 0 ? null : known.reduce((sum, wh) => sum + wh, 0);
}

/** Whether part of it lies in a gap, whose energy is spread evenly. */
export function isEstimated({ quarter_hours }: EnergySum): boolean {
  return quarter_hours.estimated > 0;
}

/** Whether a register fell in it. */
export function isReset({ quarter_hours }: EnergySum): boolean {
  return quarter_hours.reset > 0;
}

/** The share of them that is over and unknown, from 0 to 1. */
export function missingShare(periods: readonly EnergySum[]): number {
  const count = (of: (quarters: EnergySum["quarter_hours"]) => number) =>
    periods.reduce((sum, { quarter_hours }) => sum + of(quarter_hours), 0);
  const missing = count((quarters) => quarters.missing);
  const known = count(({ measured, estimated, reset, imported }) => measured + estimated + reset + imported);
  return missing === 0 ? 0 : missing / (missing + known);
}
