import type { Point } from "./point.ts";
import { type TileAddress, tileKey } from "./tiles.ts";

export interface Tile {
  /** Nothing can change in it any more. */
  closed: boolean;
  points: Point[];
  /** When it was fetched, in epoch milliseconds. */
  fetchedAt: number;
  /** The server is still reading: nothing is known yet of what lies before. */
  completeFrom?: number;
}

/** The tiles used last, at most `maxPoints` points in all. */
export interface TileCache {
  get(address: TileAddress): Tile | undefined;
  /** Like `get`, without counting as use. */
  peek(address: TileAddress): Tile | undefined;
  put(address: TileAddress, tile: Tile): void;
  /** Open tiles of a series, whatever their bucket. */
  openTiles(device: string, type: string): { bucket: number; index: number; tile: Tile }[];
  /** Makes every open tile one to fetch again; what it shows stays until then. */
  expireOpen(): void;
  /** Forgets everything: what was closed has changed. */
  clear(): void;
  readonly points: number;
}

export function createTileCache(maxPoints: number): TileCache {
  // A Map keeps the order of insertion: the first is the one not used for longest.
  const tiles = new Map<string, { address: TileAddress; tile: Tile }>();
  let points = 0;
  /** An empty tile takes room too. */
  const weight = ({ points: { length } }: Tile) => length + 1;

  function forget(key: string) {
    const entry = tiles.get(key);
    if (entry === undefined) return;
    points -= weight(entry.tile);
    tiles.delete(key);
  }

  return {
    get(address) {
      const key = tileKey(address);
      const entry = tiles.get(key);
      if (entry === undefined) return undefined;
      tiles.delete(key);
      tiles.set(key, entry);
      return entry.tile;
    },
    peek: (address) => tiles.get(tileKey(address))?.tile,
    put(address, tile) {
      const key = tileKey(address);
      forget(key);
      tiles.set(key, { address, tile });
      points += weight(tile);
      for (const oldest of tiles.keys()) {
        if (points <= maxPoints || oldest === key) break;
        forget(oldest);
      }
    },
    openTiles(device, type) {
      return [...tiles.values()]
        .filter(({ address, tile }) => !tile.closed && address.device === device && address.type === type)
        .map(({ address: { bucket, index }, tile }) => ({ bucket, index, tile }));
    },
    expireOpen() {
      for (const { tile } of tiles.values()) if (!tile.closed) tile.fetchedAt = 0;
    },
    clear() {
      tiles.clear();
      points = 0;
    },
    get points() {
      return points;
    },
  };
}
