import type { SeriesTile } from "@energylive/api/contract";
import { signal } from "@preact/signals";
import { getJson } from "../data/client.ts";
import { serverNow } from "../data/clock.ts";
import { noteFailure } from "../data/connection.ts";
import { onLive, onReconnect } from "../data/live.ts";
import { createTileCache } from "./cache.ts";
import { fetchOrder } from "./fetch-order.ts";
import { addTo, type Point, pointOf } from "./point.ts";
import { substitute } from "./substitute.ts";
import {
  type Range,
  type SeriesAddress,
  type TileAddress,
  tileIndexes,
  tileKey,
  tileRange,
} from "./tiles.ts";

/** About 20 MB. A year of one type at the width of a screen is some 1,500 points. */
const MAX_POINTS = 200_000;

/** A browser has six connections to one server, and the event stream takes one of them. */
const PARALLEL_REQUESTS = 4;

/** Live measurements are added as they come. Refetching an open tile adds late ones and those missed during sleep. */
const OPEN_TILE_AGE_MS = 120_000;
const RETRY_MS = 2_000;

const cache = createTileCache(MAX_POINTS);
const inFlight = new Map<string, Promise<void>>();
let queue: TileAddress[] = [];
let retrying: ReturnType<typeof setTimeout> | undefined;

/** Changes when there is more to draw. */
export const seriesVersion = signal(0);
/** How many wanted tiles are still missing. */
export const missingTiles = signal(0);
/** Why the last request failed, until one succeeds. */
export const seriesProblem = signal<Error | undefined>(undefined);

export interface Wanted {
  series: SeriesAddress;
  range: Range;
  bucket: number;
}

/**
 * Sets what the page shows: the tiles of `shown`, then those of `beside`, which may come next. Missing tiles are fetched;
 * tiles that are no longer wanted are not requested.
 */
export function wantTiles(shown: readonly Wanted[], beside: readonly Wanted[] = []): void {
  queue = [shown, beside].flatMap((wanted) => fetchOrder(wanted.map(addressesOf)).filter(isMissing));
  pump();
}

/** Call after a redrive: old measurements may have come back, so nothing kept is certain. */
export function forgetTiles(): void {
  cache.clear();
  seriesVersion.value += 1;
}

function addressesOf({ series, range, bucket }: Wanted): TileAddress[] {
  return tileIndexes(bucket, { from: range.from, to: Math.min(range.to, serverNow()) }).map((index) => ({
    ...series,
    bucket,
    index,
  }));
}

function isMissing(address: TileAddress): boolean {
  if (inFlight.has(tileKey(address))) return false;
  const tile = cache.get(address);
  if (tile === undefined) return true;
  return !tile.closed && serverNow() - tile.fetchedAt > OPEN_TILE_AGE_MS;
}

function pump(): void {
  while (inFlight.size < PARALLEL_REQUESTS) {
    const next = queue.shift();
    if (next === undefined) break;
    const key = tileKey(next);
    if (inFlight.has(key)) continue;
    const fetching = fetchTile(next).finally(() => {
      inFlight.delete(key);
      pump();
    });
    inFlight.set(key, fetching);
  }
  missingTiles.value = queue.length + inFlight.size;
}

async function fetchTile(address: TileAddress): Promise<void> {
  const { device, type, bucket } = address;
  const { from, to } = tileRange(address);
  try {
    const fetchedAt = serverNow();
    // The future has nothing to read.
    const until = Math.min(to, Math.ceil(fetchedAt / bucket) * bucket);
    const tile = await getJson<SeriesTile>("/api/series", { device, type, from, to: until, bucket });
    cache.put(address, {
      closed: tile.closed && until === to,
      fetchedAt,
      points: tile.buckets.map((measured) => pointOf(measured, bucket)),
    });
    seriesProblem.value = undefined;
    seriesVersion.value += 1;
  } catch (error) {
    noteFailure(error);
    seriesProblem.value = error instanceof Error ? error : new Error(String(error));
    clearTimeout(retrying);
    // The charts request again when the version changes.
    retrying = setTimeout(() => {
      seriesVersion.value += 1;
    }, RETRY_MS);
  }
}

/**
 * The known part of a series in a range: in buckets of `bucket` if they have arrived, otherwise in any other size, so zooming
 * never empties the chart.
 */
export function readSeries(series: SeriesAddress, range: Range, bucket: number): Point[] {
  const points = tileIndexes(bucket, range)
    .reverse()
    .flatMap((index) => {
      const address = { ...series, bucket, index };
      return cache.get(address)?.points ?? substitute(address, cache.tilesOf(address));
    });
  return points.filter(({ start, size }) => start + size > range.from && start < range.to);
}

/** Adds a measurement that was just stored to every tile it belongs to. */
function append(series: SeriesAddress, timestamp: number, value: number): void {
  let isNew = false;
  for (const { bucket, index, tile } of cache.tilesOf(series)) {
    if (tile.closed) continue;
    const { from, to } = tileRange({ bucket, index });
    const newest = tile.points.at(-1);
    if (timestamp < from || timestamp >= to || (newest !== undefined && newest.lastAt >= timestamp)) continue;
    const start = Math.floor(timestamp / bucket) * bucket;
    const point = pointOf([start, value, value, value, value, timestamp, 1], bucket);
    if (newest?.start === start) addTo(newest, point);
    else tile.points.push(point);
    isNew = true;
  }
  if (isNew) seriesVersion.value += 1;
}

onLive((event) => {
  if (event.kind !== "stored") return;
  for (const { measurement_type, value, timestamp } of event.latest) {
    append({ device: event.device_id, type: measurement_type }, timestamp, Number(value));
  }
});

onReconnect(() => {
  cache.expireOpen();
  seriesVersion.value += 1;
});
