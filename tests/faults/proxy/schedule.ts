import { derive, mix, unit } from "@energylive/simulator/random";

import { type FaultKind, faultsOf } from "./faults.ts";

/** Decides what the next request of an operation meets. */
export interface Schedule {
  next(operation: string): Planned | undefined;
}

export interface Planned {
  kind: FaultKind;
  /** For what is left to chance within the fault: an amount, a subset. */
  seed: number;
}

export const healthy: Schedule = { next: () => undefined };

/**
 * Faults by chance. What the n-th request of an operation meets is a function of the seed, the operation and n, so that
 * a run with the same seed meets the same faults, however its requests interleave.
 *
 * @param rates the share of an operation's requests that meet a fault, by operation; `*` for all others
 */
export function chance(seed: number, rates: Readonly<Record<string, number>>): Schedule {
  const counts = new Map<string, number>();
  return {
    next(operation) {
      const n = counts.get(operation) ?? 0;
      counts.set(operation, n + 1);
      const own = derive(seed, operation);
      const rate = rates[operation] ?? rates["*"] ?? 0;
      if (unit(own, 2 * n) >= rate) return undefined;
      const kinds = faultsOf(operation);
      const kind = kinds[mix(own, 2 * n + 1) % kinds.length];
      return kind === undefined ? undefined : { kind, seed: mix(own, n) };
    },
  };
}

/**
 * Faults by script: the n-th request of an operation meets the n-th entry of its list (`undefined`: none), later ones
 * meet none.
 */
export function script(
  faults: Readonly<Record<string, readonly (FaultKind | undefined)[]>>,
  seed = 1,
): Schedule {
  const counts = new Map<string, number>();
  return {
    next(operation) {
      const n = counts.get(operation) ?? 0;
      counts.set(operation, n + 1);
      const kind = faults[operation]?.[n];
      return kind === undefined ? undefined : { kind, seed: mix(seed, n) };
    },
  };
}
