import type { Clock } from "@energylive/core/clock";
import type { PointReader } from "@energylive/core/measurement/points";
import { QUEUE_SETTINGS } from "@energylive/core/settings/pipeline";
import { LRUCache } from "lru-cache";
import pLimit, { type LimitFunction } from "p-limit";

import { withPatience } from "../patience.ts";
import { between, bytesOf, type Chunk, ChunkBuilder, type Columns, joined } from "./columns.ts";

/** A chunk holds one UTC day, so the chunks of all devices start at the same times. */
const CHUNK_MS = 86_400_000;

/**
 * A message stays in the queue no longer than this, so older data is complete. Only a redrive can bring back older
 * measurements; `forget` is called after it.
 */
const OPEN_MS = QUEUE_SETTINGS.retentionSeconds * 1000;

/** About five years of a device that sends eleven types every five minutes. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Closed chunks are dropped after this time: another program may have redriven old messages. */
const KEPT_MS = 3_600_000;

/** The end of an open chunk is read every time, the rest only when it is older than this. */
const OPEN_KEPT_MS = 60_000;
const OVERLAP_MS = 15 * 60_000;

/** A device's clock may be a little fast. A tile reaches up to a year ahead, so later days are not read. */
const DAYS_AHEAD = 1;

/** Two series that a page asks for at once share one read. */
const SAME_MOMENT_MS = 25;

/** Days that one read covers: about three pages of DynamoDB for a device of eleven types. */
const DAYS_PER_READ = 10;

/** Short reads have their own limit, so they do not wait for a long one. */
const CONCURRENT_SHORT_READS = 4;

/** Reads the series of devices and keeps what cannot change any more. */
export interface SeriesStore {
  /** `from` included, `to` not. One read serves all types of a device. */
  read(deviceId: string, type: string, from: number, to: number): Promise<Columns>;
  /**
   * What could be read within `patienceMs`, newest first; reading continues after that. The result is complete from
   * `completeFrom` on, which is `from` when everything is there.
   */
  readSome(
    deviceId: string,
    type: string,
    from: number,
    to: number,
    patienceMs: number,
  ): Promise<Columns & { completeFrom: number }>;
  /** A whole range, if it can no longer change and is kept or being read already. Starts no read. */
  atHand(deviceId: string, from: number, to: number): Promise<readonly Chunk[]> | undefined;
  /** Measurements before this time can no longer change. */
  closedBefore(): number;
  /** Drops everything: old measurements may have come back. */
  forget(): void;
}

interface KeptChunk {
  chunk: Chunk;
  /** Epoch milliseconds: when all of it was read. */
  readAt: number;
}

/** Errors of DynamoDB pass through. */
export function createSeriesStore(options: SeriesStoreOptions): SeriesStore {
  return new ChunkStore(options);
}

interface SeriesStoreOptions {
  points: PointReader;
  clock: Clock;
  /** Parts of a long range that are read at once. */
  concurrentLongReads: number;
}

class ChunkStore implements SeriesStore {
  readonly #points: PointReader;
  readonly #clock: Clock;
  readonly #shortReads = pLimit(CONCURRENT_SHORT_READS);
  readonly #longReads: LimitFunction;
  #cache = createCache();
  #underWay = new Map<string, { startedAt: number; chunk: Promise<Chunk> }>();

  constructor({ points, clock, concurrentLongReads }: SeriesStoreOptions) {
    this.#points = points;
    this.#clock = clock;
    this.#longReads = pLimit(concurrentLongReads);
  }

  closedBefore(): number {
    return this.#clock.now() - OPEN_MS;
  }

  async read(deviceId: string, type: string, from: number, to: number): Promise<Columns> {
    const chunks = await Promise.all(this.#chunksOf(deviceId, from, to).map(({ chunk }) => chunk));
    return between(seriesOf(chunks, type), from, to);
  }

  async readSome(
    deviceId: string,
    type: string,
    from: number,
    to: number,
    patienceMs: number,
  ): Promise<Columns & { completeFrom: number }> {
    const days = this.#chunksOf(deviceId, from, to);
    const there = new Map<number, Chunk>();
    const all = days.map(({ day, chunk }) => chunk.then((those) => void there.set(day, those)));
    await withPatience(this.#clock, patienceMs, Promise.all(all));
    const missing = days.findLastIndex(({ day }) => !there.has(day));
    const complete = days.slice(missing + 1).flatMap(({ day }) => there.get(day) ?? []);
    const completeFrom = missing === -1 ? from : Math.min(to, ((days[missing]?.day ?? 0) + 1) * CHUNK_MS);
    return { ...between(seriesOf(complete, type), from, to), completeFrom };
  }

  atHand(deviceId: string, from: number, to: number): Promise<readonly Chunk[]> | undefined {
    const chunks: Promise<Chunk>[] = [];
    for (let day = Math.floor(from / CHUNK_MS); day * CHUNK_MS < to; day += 1) {
      const chunk = this.#isOpen(day) ? undefined : this.#find(deviceId, day);
      if (chunk === undefined) return undefined;
      chunks.push(chunk);
    }
    return Promise.all(chunks);
  }

  forget(): void {
    // Reads in flight still write to the old ones.
    this.#cache = createCache();
    this.#underWay = new Map();
  }

  /** The chunks of a range by time. Missing days that adjoin are read together, newest first. */
  #chunksOf(deviceId: string, from: number, to: number): { day: number; chunk: Promise<Chunk> }[] {
    const first = Math.floor(from / CHUNK_MS);
    const last = Math.min(
      Math.ceil(to / CHUNK_MS) - 1,
      Math.floor(this.#clock.now() / CHUNK_MS) + DAYS_AHEAD,
    );
    const chunks: { day: number; chunk: Promise<Chunk> }[] = [];
    let missing: number[] = [];
    const readMissing = () => {
      const days = missing.reverse();
      missing = [];
      if (days.length === 0) return;
      // The newest days are read again and again, and must not wait behind a year.
      const isShort = days.length < DAYS_PER_READ || this.#isOpen(days.at(-1) ?? 0);
      const lane = isShort ? this.#shortReads : this.#longReads;
      const read = lane(() => this.#readAnew(deviceId, days));
      for (const [index, day] of days.entries()) {
        const chunk = read.then((those) => those[index] ?? new Map());
        chunks.push({ day, chunk: this.#track(keyOf(deviceId, day), chunk) });
      }
    };
    for (let day = last; day >= first; day -= 1) {
      const chunk = this.#find(deviceId, day);
      if (chunk === undefined) missing.push(day);
      else chunks.push({ day, chunk });
      if (chunk !== undefined || missing.length === DAYS_PER_READ) readMissing();
    }
    readMissing();
    return chunks.sort((a, b) => a.day - b.day);
  }

  /** The chunk of a day, if it is kept or being read. */
  #find(deviceId: string, day: number): Promise<Chunk> | undefined {
    const key = keyOf(deviceId, day);
    const now = this.#clock.now();
    const pending = this.#underWay.get(key);
    if (pending !== undefined && (!this.#isOpen(day) || now - pending.startedAt <= SAME_MOMENT_MS))
      return pending.chunk;
    const kept = this.#cache.get(key);
    if (kept === undefined || now - kept.readAt > (this.#isOpen(day) ? OPEN_KEPT_MS : KEPT_MS))
      return undefined;
    if (!this.#isOpen(day)) return Promise.resolve(kept.chunk);
    return this.#track(key, this.#refresh(deviceId, day, kept));
  }

  #track(key: string, chunk: Promise<Chunk>): Promise<Chunk> {
    const entry = { startedAt: this.#clock.now(), chunk };
    const tracked = this.#underWay;
    tracked.set(key, entry);
    const done = () => {
      if (tracked.get(key) === entry) tracked.delete(key);
    };
    chunk.then(done, done);
    return chunk;
  }

  /** Reads the end of an open chunk again. */
  async #refresh(deviceId: string, day: number, { chunk, readAt }: KeptChunk): Promise<Chunk> {
    const into = this.#cache;
    const start = day * CHUNK_MS;
    const newest = Math.max(...[...chunk.values()].map(({ times }) => times.at(-1) ?? 0));
    const since = Math.max(start, newest - OVERLAP_MS);
    const [end = new Map<string, Columns>()] = await this.#shortReads(() =>
      this.#readChunks(deviceId, since, [day]),
    );
    const types = new Set([...chunk.keys(), ...end.keys()]);
    const fresh = new Map<string, Columns>();
    for (const type of types) {
      const [before, after] = [chunk.get(type), end.get(type)];
      const parts = before === undefined ? [] : [between(before, start, since)];
      fresh.set(type, joined(after === undefined ? parts : [...parts, after]));
    }
    into.set(keyOf(deviceId, day), { chunk: fresh, readAt });
    return fresh;
  }

  /** @param days consecutive */
  async #readAnew(deviceId: string, days: readonly number[]): Promise<Chunk[]> {
    const into = this.#cache;
    const readAt = this.#clock.now();
    const chunks = await this.#readChunks(deviceId, (days[0] ?? 0) * CHUNK_MS, days);
    for (const [index, chunk] of chunks.entries())
      into.set(keyOf(deviceId, days[index] ?? 0), { chunk, readAt });
    return chunks;
  }

  /** One chunk per day of consecutive days, starting at `since` in the first one. */
  async #readChunks(deviceId: string, since: number, days: readonly number[]): Promise<Chunk[]> {
    const first = days[0] ?? 0;
    const builders = days.map(() => new ChunkBuilder());
    for await (const page of this.#points(deviceId, { since, until: (first + days.length) * CHUNK_MS }))
      for (const point of page) builders[Math.floor(point.at / CHUNK_MS) - first]?.add(point);
    return builders.map((builder) => builder.build());
  }

  #isOpen(day: number): boolean {
    return (day + 1) * CHUNK_MS > this.closedBefore();
  }
}

/** Keeps the chunks that were used last. */
function createCache(): LRUCache<string, KeptChunk> {
  return new LRUCache({ maxSize: KEPT_BYTES, sizeCalculation: ({ chunk }) => bytesOf(chunk) });
}

function seriesOf(chunks: readonly Chunk[], type: string): Columns {
  return joined(chunks.map((chunk) => chunk.get(type)).filter((part) => part !== undefined));
}

function keyOf(deviceId: string, day: number): string {
  return `${deviceId} ${day}`;
}
