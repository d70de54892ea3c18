import { mix, unit } from "@energylive/simulator/random";

/** A row of random choices that a seed decides. */
export class Chance {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = mix(seed, 0x5eed);
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    this.#drawn += 1;
    return low + (high - low) * unit(this.#seed, this.#drawn);
  }

  of<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.between(0, choices.length))] ?? choices[0];
  }
}
