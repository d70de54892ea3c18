import type { Point } from "@energylive/core/measurement/points";

/** One series by time: times in epoch milliseconds, and the value at each. */
export interface Columns {
  times: Float64Array;
  values: Float64Array;
}

/** The series of one device in one span of time, by measurement type. */
export type Chunk = ReadonlyMap<string, Columns>;

const NONE: Columns = { times: new Float64Array(), values: new Float64Array() };

/** Collects points in order of time into a chunk. */
export class ChunkBuilder {
  readonly #series = new Map<string, { times: number[]; values: number[] }>();

  add({ at, measurement_type, value }: Point): void {
    let series = this.#series.get(measurement_type);
    if (series === undefined) {
      series = { times: [], values: [] };
      this.#series.set(measurement_type, series);
    }
    series.times.push(at);
    series.values.push(value);
  }

  build(): Chunk {
    return new Map(
      [...this.#series].map(([type, { times, values }]) => [
        type,
        { times: Float64Array.from(times), values: Float64Array.from(values) },
      ]),
    );
  }
}

/** Numbers of a chunk take eight bytes each; the rest of it about this. */
const BYTES_PER_SERIES = 400;

export function bytesOf(chunk: Chunk): number {
  let bytes = BYTES_PER_SERIES;
  for (const { times } of chunk.values()) bytes += BYTES_PER_SERIES + 16 * times.length;
  return bytes;
}

/** The part of a series with `from` <= time < `to`; no copy is made. */
export function between({ times, values }: Columns, from: number, to: number): Columns {
  const [start, end] = [firstNotBefore(times, from), firstNotBefore(times, to)];
  return { times: times.subarray(start, end), values: values.subarray(start, end) };
}

/** What a chunk holds with `from` <= time < `to`, by type and of each by time. */
export function pointsBetween(chunk: Chunk, from: number, to: number): Point[] {
  return [...chunk].flatMap(([measurement_type, columns]) => {
    const { times, values } = between(columns, from, to);
    return Array.from(times, (at, index) => ({ at, measurement_type, value: values[index] ?? 0 }));
  });
}

/** Joins consecutive parts of a series. */
export function joined(parts: readonly Columns[]): Columns {
  const [only] = parts;
  if (parts.length <= 1) return only ?? NONE;
  const length = parts.reduce((sum, { times }) => sum + times.length, 0);
  const whole = { times: new Float64Array(length), values: new Float64Array(length) };
  let at = 0;
  for (const { times, values } of parts) {
    whole.times.set(times, at);
    whole.values.set(values, at);
    at += times.length;
  }
  return whole;
}

function firstNotBefore(times: Float64Array, at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
