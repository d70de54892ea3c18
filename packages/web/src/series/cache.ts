import { LRUCache } from "lru-cache";

import type { Point } from "./point.ts";
import { type SeriesAddress, type TileAddress, tileKey } from "./tiles.ts";

export interface Tile {
  /** It can no longer change. */
  closed: boolean;
  points: Point[];
  /** When it was fetched, in epoch milliseconds. */
  fetchedAt: number;
}

export interface KnownTile {
  bucket: number;
  index: number;
  tile: Tile;
}

/** Keeps the tiles used last, up to `maxPoints` points in total. */
export interface TileCache {
  get(address: TileAddress): Tile | undefined;
  put(address: TileAddress, tile: Tile): void;
  /** All tiles of a series, in no particular order; does not count as use. */
  tilesOf(series: SeriesAddress): KnownTile[];
  /** Marks every open tile to be fetched again; it stays visible until then. */
  expireOpen(): void;
  /** Drops everything, because closed tiles have changed. */
  clear(): void;
  readonly points: number;
}

export function createTileCache(maxPoints: number): TileCache {
  const tiles = new LRUCache<string, { address: TileAddress; tile: Tile }>({
    maxSize: maxPoints,
    // An empty tile takes space too.
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
