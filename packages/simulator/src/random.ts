/**
 * Reproducible randomness: every number is a function of a seed and an index. Any time of a simulated year can be computed
 * without the times before it, and is the same after a restart.
 */

const UINT32_VALUES = 2 ** 32;

/** A 32-bit seed from a seed and a number: the mixing steps of MurmurHash3, cheap and without visible patterns. */
export function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ Math.imul(index + 0x7ed55d16, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1). */
export function unit(seed: number, index: number): number {
  return mix(seed, index) / UINT32_VALUES;
}

/** A number in [low, high). */
export function between(seed: number, index: number, low: number, high: number): number {
  return low + (high - low) * unit(seed, index);
}

/** An independent seed for one purpose, so adding a purpose does not change the numbers of the others. */
export function derive(seed: number, purpose: string): number {
  let derived = seed;
  for (const character of purpose) derived = mix(derived, character.codePointAt(0) ?? 0);
  return derived;
}
