import type { QuarterHour } from "@energylive/core/profile/compute";
import { type Profile, quarterHours } from "@energylive/core/profile/profile";
import { QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";
import { meanWatts } from "@energylive/core/profile/sums";

import type { Bucket } from "../contract.ts";

/** What a bucket counts for a quarter-hour: more than one measurement, which would be drawn at its own time. */
const COUNT = 2;

/** How much a register grew from `from` until `until`: of a quarter-hour that is cut, the share of its time. */
export function growthOf(
  profiles: readonly Profile[],
  list: "import_wh" | "export_wh",
  from: number,
  until: number,
): number | null {
  let grown: number | null = null;
  for (const quarter of inOrder(profiles, from, until)) {
    const wh = quarter[list];
    if (wh === null) continue;
    // Of one that is not over, all that is known lies before now.
    const isRunning = quarter.quality === "e";
    const share = isRunning ? 1 : Math.min(1, (until - quarter.at) / QUARTER_HOUR_MS);
    grown = (grown ?? 0) + wh * share;
  }
  return grown === null ? null : Math.round(grown * 1_000) / 1_000;
}

/** Drawn minus fed-in power per quarter-hour. */
export function netPowerBuckets(profiles: readonly Profile[], from: number, to: number): Bucket[] {
  return [...inOrder(profiles, from, to)].flatMap((quarter): Bucket[] => {
    const power = netPower(quarter);
    if (power === undefined) return [];
    const { min, max, mean } = power;
    return [[quarter.at, min, max, mean, mean, quarter.at + QUARTER_HOUR_MS, COUNT]];
  });
}

/**
 * Drawn or fed-in power in buckets of whole quarter-hours: its mean from the register, its lowest and highest as measured, so no peak
 * is hidden.
 */
export function powerBuckets(
  profiles: readonly Profile[],
  direction: "drawn" | "fed_in",
  { from, to, bucket }: { from: number; to: number; bucket: number },
): Bucket[] {
  const buckets: Bucket[] = [];
  let open:
    | { start: number; min: number; max: number; sum: number; last: number; lastAt: number; quarters: number }
    | undefined;
  const close = () => {
    if (open === undefined) return;
    const { start, min, max, sum, last, lastAt, quarters } = open;
    buckets.push([start, min, max, sum / quarters, last, lastAt, COUNT * quarters]);
  };
  for (const quarter of inOrder(profiles, from, to)) {
    const power = directedPower(quarter, direction);
    if (power === undefined) continue;
    const start = Math.floor(quarter.at / bucket) * bucket;
    if (open?.start !== start) {
      close();
      open = { start, min: power.min, max: power.max, sum: 0, last: 0, lastAt: 0, quarters: 0 };
    }
    open.min = Math.min(open.min, power.min);
    open.max = Math.max(open.max, power.max);
    open.sum += power.mean;
    open.last = power.mean;
    open.lastAt = quarter.at + QUARTER_HOUR_MS;
    open.quarters += 1;
  }
  close();
  return buckets;
}

interface Power {
  min: number;
  max: number;
  mean: number;
}

function netPower({ import_wh, export_wh, power_min_w, power_max_w }: QuarterHour): Power | undefined {
  const energy = import_wh === null && export_wh === null ? null : (import_wh ?? 0) - (export_wh ?? 0);
  return powerOf(energy, power_min_w, power_max_w);
}

/** A meter draws or feeds in at a time: power above zero is drawn, power below is fed in. */
function directedPower(quarter: QuarterHour, direction: "drawn" | "fed_in"): Power | undefined {
  const { power_min_w: least, power_max_w: most } = quarter;
  const part = (watts: number | null) =>
    watts === null ? null : Math.max(0, direction === "drawn" ? watts : -watts);
  return direction === "drawn"
    ? powerOf(quarter.import_wh, part(least), part(most))
    : powerOf(quarter.export_wh, part(most), part(least));
}

/** A quarter-hour that is not over has only part of its energy, so the mean is kept between what was measured. */
function powerOf(wh: number | null, least: number | null, most: number | null): Power | undefined {
  if (wh === null && (least === null || most === null)) return undefined;
  const mean = wh === null ? ((least ?? 0) + (most ?? 0)) / 2 : meanWatts(wh);
  const [min, max] = [least ?? mean, most ?? mean];
  return { min, max, mean: Math.min(max, Math.max(min, mean)) };
}

function* inOrder(profiles: readonly Profile[], from: number, to: number) {
  for (const profile of profiles.toSorted((a, b) => (a.day < b.day ? -1 : 1)))
    for (const quarter of quarterHours(profile)) if (quarter.at >= from && quarter.at < to) yield quarter;
}
