/** A value at a time: for a series that was made shorter, the mean of a while. */
export interface Point {
  /** Epoch milliseconds. */
  at: number;
  value: number;
}

/** More points than a terminal has columns. */
const MOST_BUCKETS = 1_024;

interface Bucket {
  /** Of the times and values in it. */
  timeSum: number;
  valueSum: number;
  count: number;
}

/**
 * Takes in a series of any length in bounded memory: as it grows, neighbours are merged, so that what is kept always
 * spans all of it.
 */
export class Series {
  #buckets = new Map<number, Bucket>();
  #widthMs = 1;

  add(at: number, value: number): void {
    this.#put(Math.floor(at / this.#widthMs), { timeSum: at, valueSum: value, count: 1 });
    while (this.#buckets.size > MOST_BUCKETS) this.#halve();
  }

  /** By time. */
  points(): Point[] {
    return [...this.#buckets]
      .sort(([a], [b]) => a - b)
      .map(([, { timeSum, valueSum, count }]) => ({ at: timeSum / count, value: valueSum / count }));
  }

  #halve(): void {
    const before = this.#buckets;
    this.#buckets = new Map();
    this.#widthMs *= 2;
    for (const [index, bucket] of before) this.#put(Math.floor(index / 2), bucket);
  }

  #put(index: number, { timeSum, valueSum, count }: Bucket): void {
    const bucket = this.#buckets.get(index) ?? { timeSum: 0, valueSum: 0, count: 0 };
    bucket.timeSum += timeSum;
    bucket.valueSum += valueSum;
    bucket.count += count;
    this.#buckets.set(index, bucket);
  }
}
