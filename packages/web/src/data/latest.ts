import type { LatestValue } from "@energylive/api/contract";
import { DRAWN_POWER, FED_IN_POWER } from "./types.ts";

/** The latest value of each type. */
export type LatestByType = ReadonlyMap<string, LatestValue>;

export function byType(latest: readonly LatestValue[]): LatestByType {
  return new Map(latest.map((value) => [value.measurement_type, value]));
}

/** Adds new values; an older value never replaces a newer one. */
export function updated(known: LatestByType, latest: readonly LatestValue[]): LatestByType {
  const next = new Map(known);
  for (const value of latest) {
    const before = next.get(value.measurement_type);
    if (before === undefined || before.timestamp <= value.timestamp) next.set(value.measurement_type, value);
  }
  return next;
}

/** The value as a number, or `undefined`: a missing value is not zero. */
export function numberOf(latest: LatestByType, type: string): number | undefined {
  const value = latest.get(type);
  return value === undefined ? undefined : Number(value.value);
}

/** Drawn minus fed-in power, or the only one that the meter has. */
export function netPower(latest: LatestByType): number | undefined {
  const drawn = numberOf(latest, DRAWN_POWER);
  const fedIn = numberOf(latest, FED_IN_POWER);
  return drawn === undefined && fedIn === undefined ? undefined : (drawn ?? 0) - (fedIn ?? 0);
}

/** When the power was measured that `netPower` tells. */
export function powerAt(latest: LatestByType): number | undefined {
  const [drawn, fedIn] = [latest.get(DRAWN_POWER)?.timestamp, latest.get(FED_IN_POWER)?.timestamp];
  return drawn === undefined || fedIn === undefined ? (drawn ?? fedIn) : Math.min(drawn, fedIn);
}

export function newestAt(latest: LatestByType): number | undefined {
  const times = [...latest.values()].map(({ timestamp }) => timestamp);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** How much a register grew since `base`; zero if it fell or is unknown. */
export function growthSince(base: LatestValue | undefined, now: LatestValue | undefined): number {
  if (base === undefined || now === undefined) return 0;
  return Math.max(0, Number(now.value) - Number(base.value));
}
