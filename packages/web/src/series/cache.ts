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
    clear() {
      tiles.clear();
      points = 0;
    },
    get points() {
      return points;
    },
  };
}
