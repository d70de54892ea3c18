import { type Profile, quarterHours } from "@energylive/core/profile/profile";
import { QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";
import { meanWatts } from "@energylive/core/profile/sums";

import type { Bucket } from "../contract.ts";

/** How much a register grew from `from` until `until`: of a quarter-hour that is cut, the share of its time. */
export function growthOf(
  profiles: readonly Profile[],
  list: "import_wh" | "export_wh",
  from: number,
  until: number,
): number | null {
  let grown: number | null = null;
  for (const quarter of profiles.flatMap((profile) => [...quarterHours(profile)])) {
    const wh = quarter[list];
    if (wh === null || quarter.at < from || quarter.at >= until) continue;
    // Of one that is not over, all that is known lies before now.
    const isRunning = quarter.quality === "e";
    const share = isRunning ? 1 : Math.min(1, (until - quarter.at) / QUARTER_HOUR_MS);
    grown = (grown ?? 0) + wh * share;
  }
  return grown === null ? null : Math.round(grown * 1_000) / 1_000;
}

/** Net power per quarter-hour, as buckets: its mean from the registers, its lowest and highest as measured. */
export function powerOf(profiles: readonly Profile[], from: number, to: number): Bucket[] {
  return profiles
    .flatMap((profile) => [...quarterHours(profile)])
    .filter(({ at }) => at + QUARTER_HOUR_MS > from && at < to)
    .flatMap(({ at, import_wh, export_wh, power_min_w, power_max_w }): Bucket[] => {
      const energy = import_wh === null && export_wh === null ? null : (import_wh ?? 0) - (export_wh ?? 0);
      const [least, most] = [power_min_w, power_max_w];
      if (energy === null && (least === null || most === null)) return [];
      const mean = energy === null ? ((least ?? 0) + (most ?? 0)) / 2 : meanWatts(energy);
      const [min, max] = [least ?? mean, most ?? mean];
      // A quarter-hour that is not over has only part of its energy.
      const shown = Math.min(max, Math.max(min, mean));
      return [[at, min, max, shown, shown, at + QUARTER_HOUR_MS, QUARTERS_COUNT]];
    })
    .sort(([a], [b]) => a - b);
}

/** More than one measurement: a bucket of one is drawn at its own time. */
const QUARTERS_COUNT = 2;
