import { LRUCache } from "lru-cache";

import type { Point } from "./point.ts";
import { type SeriesAddress, type TileAddress, tileKey } from "./tiles.ts";

export interface Tile {
  /** Nothing can change in it any more. */
  closed: boolean;
  points: Point[];
  /** When it was fetched, in epoch milliseconds. */
  fetchedAt: number;
  /** The server is still reading: nothing is known yet of what lies before. */
  completeFrom?: number;
}

export interface KnownTile {
  bucket: number;
  index: number;
  tile: Tile;
}

/** The tiles used last, at most `maxPoints` points in all. */
export interface TileCache {
  get(address: TileAddress): Tile | undefined;
  put(address: TileAddress, tile: Tile): void;
  /** The tiles of a series, whatever their bucket, in no order; they do not count as used. */
  tilesOf(series: SeriesAddress): KnownTile[];
  /** Makes every open tile one to fetch again; what it shows stays until then. */
  expireOpen(): void;
  /** Forgets everything: what was closed has changed. */
  clear(): void;
  readonly points: number;
}

export function createTileCache(maxPoints: number): TileCache {
  const tiles = new LRUCache<string, { address: TileAddress; tile: Tile }>({
    maxSize: maxPoints,
    // An empty tile takes room too.
    sizeCalculation: ({ tile }) => tile.points.length + 1,
  });
  return {
    get: (address) => tiles.get(tileKey(address))?.tile,
    put(address, tile) {
      tiles.set(tileKey(address), { address, tile });
    },
    tilesOf({ device, type }) {
      const found: KnownTile[] = [];
      for (const { address, tile } of tiles.values()) {
        const { bucket, index } = address;
        if (address.device === device && address.type === type) found.push({ bucket, index, tile });
      }
      return found;
    },
    expireOpen() {
      for (const { tile } of tiles.values()) if (!tile.closed) tile.fetchedAt = 0;
    },
    clear: () => tiles.clear(),
    get points() {
      return tiles.calculatedSize;
    },
  };
}
