import { BUCKET_LADDER, TILE_BUCKETS } from "@energylive/api/contract";

export interface Range {
  from: number;
  to: number;
}

export interface SeriesAddress {
  device: string;
  type: string;
}

/** A part of one series that is fetched and kept as a whole: `TILE_BUCKETS` buckets, from `index` times their length. */
export interface TileAddress extends SeriesAddress {
  bucket: number;
  index: number;
}

/** The largest bucket that is no wider than a pixel column, so that no peak is hidden; at least the smallest there is. */
export function bucketFor({ from, to }: Range, pixels: number): number {
  const column = (to - from) / Math.max(1, pixels);
  return BUCKET_LADDER.findLast((bucket) => bucket <= column) ?? BUCKET_LADDER[0];
}

export function tileRange({ bucket, index }: Pick<TileAddress, "bucket" | "index">): Range {
  const length = bucket * TILE_BUCKETS;
  return { from: index * length, to: (index + 1) * length };
}

/** The tiles that cover the range, the newest first: what people look at. */
export function tileIndexes(bucket: number, { from, to }: Range): number[] {
  const length = bucket * TILE_BUCKETS;
  const first = Math.floor(from / length);
  const last = Math.ceil(to / length) - 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => last - offset);
}

export function tileKey({ device, type, bucket, index }: TileAddress): string {
  return JSON.stringify([device, type, bucket, index]);
}
