import type { Cost } from "@energylive/api/contract";

/** What a cost is shown by, in the order in which it is stacked. */
export const SHOWN_PARTS = ["energy", "grid", "fees", "vat"] as const;
export type ShownPart = (typeof SHOWN_PARTS)[number];

/** Levies, base fees and the peak are one part: each alone is thin. */
export function shownParts({ parts }: Cost): Record<ShownPart, number> {
  const { energy, grid, levies, base, peak, vat } = parts;
  return { energy, grid, fees: levies + base + peak, vat };
}
