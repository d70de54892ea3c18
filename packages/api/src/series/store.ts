import type { Clock } from "@energylive/core/clock";
import type { PointReader } from "@energylive/core/measurement/points";
import { MEASUREMENT_QUEUE } from "@energylive/core/settings/pipeline";
import { LRUCache } from "lru-cache";
import pLimit from "p-limit";

import { withPatience } from "../patience.ts";
import { between, bytesOf, type Chunk, ChunkBuilder, type Columns, joined } from "./columns.ts";

/** A chunk holds a day of UTC, so that all devices' chunks begin at the same times. */
const CHUNK_MS = 86_400_000;

/**
 * A message waits in the queue for at most so long, so what is older is all there; but for what a redrive brings back
 * from the dead-letter queue, after which `forget` is called.
 */
const OPEN_MS = MEASUREMENT_QUEUE.retentionSeconds * 1000;

/** About five years of a device that sends eleven types every five minutes. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Closed chunks are forgotten after so long: another program may have redriven old messages. */
const KEPT_MS = 3_600_000;

/** Of open chunks the end is always read anew, and the rest where it is older than this. */
const OPEN_KEPT_MS = 60_000;
const OVERLAP_MS = 15 * 60_000;

/** A device's clock may be ahead a little; what lies beyond is not looked for, for a tile reaches up to a year ahead. */
const DAYS_AHEAD = 1;

/** Two series of one page that are asked for at once are one read. */
const SAME_MOMENT_MS = 25;

/** Days that one read covers: about three pages of DynamoDB for a device of eleven types. */
const DAYS_PER_READ = 10;

/** Reads of a few days have a lane of their own, so that none waits for a year. */
const CONCURRENT_SHORT_READS = 4;

/** Reads the series of devices, and keeps what it has read as long as it cannot change. */
export interface SeriesStore {
  /** `from` included, `to` not. One read serves all types of a device. */
  read(deviceId: string, type: string, from: number, to: number): Promise<Columns>;
  /**
   * What of it is there within `patienceMs`; the newest is read first, and reading goes on. From `completeFrom` on
   * nothing is missing: it is `from` when all is there.
   */
  readSome(
    deviceId: string,
    type: string,
    from: number,
    to: number,
    patienceMs: number,
  ): Promise<Columns & { completeFrom: number }>;
  /** All of a range that can change no more, where it is kept or being read already: nothing is read for it. */
  atHand(deviceId: string, from: number, to: number): Promise<readonly Chunk[]> | undefined;
  /** What was measured before this can change no more. */
  closedBefore(): number;
  /** Reads everything anew from now on: old measurements may have come back. */
  forget(): void;
}

interface KeptChunk {
  chunk: Chunk;
  /** Epoch milliseconds: when all of it was read. */
  readAt: number;
}

/** Errors of DynamoDB pass through. */
export function createSeriesStore(options: {
  points: PointReader;
  clock: Clock;
  /** Parts of a long range that are read at one time. */
  concurrentLongReads: number;
}): SeriesStore {
  const { points, clock } = options;
  let cache = createCache();
  let underWay = new Map<string, { startedAt: number; chunk: Promise<Chunk> }>();
  const shortReads = pLimit(CONCURRENT_SHORT_READS);
  const longReads = pLimit(options.concurrentLongReads);

  const closedBefore = () => clock.now() - OPEN_MS;
  const isOpen = (day: number) => (day + 1) * CHUNK_MS > closedBefore();

  /** The chunk of a day where it is at hand. */
  function find(deviceId: string, day: number): Promise<Chunk> | undefined {
    const key = keyOf(deviceId, day);
    const now = clock.now();
    const pending = underWay.get(key);
    if (pending !== undefined && (!isOpen(day) || now - pending.startedAt <= SAME_MOMENT_MS))
      return pending.chunk;
    const kept = cache.get(key);
    if (kept === undefined || now - kept.readAt > (isOpen(day) ? OPEN_KEPT_MS : KEPT_MS)) return undefined;
    if (!isOpen(day)) return Promise.resolve(kept.chunk);
    return track(key, refresh(deviceId, day, kept));
  }

  function track(key: string, chunk: Promise<Chunk>): Promise<Chunk> {
    const entry = { startedAt: clock.now(), chunk };
    const tracked = underWay;
    tracked.set(key, entry);
    const done = () => {
      if (tracked.get(key) === entry) tracked.delete(key);
    };
    chunk.then(done, done);
    return chunk;
  }

  /** Reads the end of an open chunk anew. */
  async function refresh(deviceId: string, day: number, { chunk, readAt }: KeptChunk): Promise<Chunk> {
    const into = cache;
    const start = day * CHUNK_MS;
    const newest = Math.max(...[...chunk.values()].map(({ times }) => times.at(-1) ?? 0));
    const since = Math.max(start, newest - OVERLAP_MS);
    const [end = new Map<string, Columns>()] = await shortReads(() => readChunks(deviceId, since, [day]));
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

  /** @param days that follow each other */
  async function readAnew(deviceId: string, days: readonly number[]): Promise<Chunk[]> {
    const into = cache;
    const readAt = clock.now();
    const chunks = await readChunks(deviceId, (days[0] ?? 0) * CHUNK_MS, days);
    for (const [index, chunk] of chunks.entries())
      into.set(keyOf(deviceId, days[index] ?? 0), { chunk, readAt });
    return chunks;
  }

  /** A chunk for each of some days that follow each other, from `since` in the first of them on. */
  async function readChunks(deviceId: string, since: number, days: readonly number[]): Promise<Chunk[]> {
    const first = days[0] ?? 0;
    const builders = days.map(() => new ChunkBuilder());
    for await (const page of points(deviceId, { since, until: (first + days.length) * CHUNK_MS }))
      for (const point of page) builders[Math.floor(point.at / CHUNK_MS) - first]?.add(point);
    return builders.map((builder) => builder.build());
  }

  /** The chunks of the days of a range, by time; those that are missing side by side are read together, the newest first. */
  function chunksOf(deviceId: string, from: number, to: number): { day: number; chunk: Promise<Chunk> }[] {
    const first = Math.floor(from / CHUNK_MS);
    const last = Math.min(Math.ceil(to / CHUNK_MS) - 1, Math.floor(clock.now() / CHUNK_MS) + DAYS_AHEAD);
    const chunks: { day: number; chunk: Promise<Chunk> }[] = [];
    let missing: number[] = [];
    const readMissing = () => {
      const days = missing.reverse();
      missing = [];
      if (days.length === 0) return;
      const lane = days.length < DAYS_PER_READ ? shortReads : longReads;
      const read = lane(() => readAnew(deviceId, days));
      for (const [index, day] of days.entries()) {
        const chunk = read.then((those) => those[index] ?? new Map());
        chunks.push({ day, chunk: track(keyOf(deviceId, day), chunk) });
      }
    };
    for (let day = last; day >= first; day -= 1) {
      const chunk = find(deviceId, day);
      if (chunk === undefined) missing.push(day);
      else chunks.push({ day, chunk });
      if (chunk !== undefined || missing.length === DAYS_PER_READ) readMissing();
    }
    readMissing();
    return chunks.sort((a, b) => a.day - b.day);
  }

  return {
    closedBefore,

    async read(deviceId, type, from, to) {
      const chunks = await Promise.all(chunksOf(deviceId, from, to).map(({ chunk }) => chunk));
      return between(seriesOf(chunks, type), from, to);
    },

    async readSome(deviceId, type, from, to, patienceMs) {
      const days = chunksOf(deviceId, from, to);
      const there = new Map<number, Chunk>();
      const all = days.map(({ day, chunk }) => chunk.then((those) => void there.set(day, those)));
      await withPatience(clock, patienceMs, Promise.all(all));
      const missing = days.findLastIndex(({ day }) => !there.has(day));
      const complete = days.slice(missing + 1).flatMap(({ day }) => there.get(day) ?? []);
      const completeFrom = missing === -1 ? from : Math.min(to, ((days[missing]?.day ?? 0) + 1) * CHUNK_MS);
      return { ...between(seriesOf(complete, type), from, to), completeFrom };
    },

    atHand(deviceId, from, to) {
      const chunks: Promise<Chunk>[] = [];
      for (let day = Math.floor(from / CHUNK_MS); day * CHUNK_MS < to; day += 1) {
        const chunk = isOpen(day) ? undefined : find(deviceId, day);
        if (chunk === undefined) return undefined;
        chunks.push(chunk);
      }
      return Promise.all(chunks);
    },

    forget() {
      // Reads that are under way put what they bring into the old ones.
      cache = createCache();
      underWay = new Map();
    },
  };
}

/** Of the chunks that were used last. */
function createCache(): LRUCache<string, KeptChunk> {
  return new LRUCache({ maxSize: KEPT_BYTES, sizeCalculation: ({ chunk }) => bytesOf(chunk) });
}

function seriesOf(chunks: readonly Chunk[], type: string): Columns {
  return joined(chunks.map((chunk) => chunk.get(type)).filter((part) => part !== undefined));
}

function keyOf(deviceId: string, day: number): string {
  return `${deviceId} ${day}`;
}
