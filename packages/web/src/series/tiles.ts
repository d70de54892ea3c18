import { BUCKET_LADDER, TILE_BUCKETS } from "@energylive/api/contract";

export interface Range {
  from: number;
  to: number;
}

export interface SeriesAddress {
  device: string;
  type: string;
}

/** A part of one series that is fetched as a whole: `TILE_BUCKETS` buckets, starting at `index` times their length. */
export interface TileAddress extends SeriesAddress {
  bucket: number;
  index: number;
}

/** A longer range is drawn from the load profile, in whole quarter-hours. */
export const LONGEST_RAW_MS = 2 * 86_400_000;
const QUARTER_HOUR_MS = 900_000;

/** The largest bucket that is not wider than a pixel column, so it hides no peak; at least the smallest one there is. */
export function bucketFor({ from, to }: Range, pixels: number): number {
  const column = (to - from) / Math.max(1, pixels);
  const bucket = BUCKET_LADDER.findLast((each) => each <= column) ?? BUCKET_LADDER[0];
  return to - from > LONGEST_RAW_MS ? Math.max(QUARTER_HOUR_MS, bucket) : bucket;
}

export function tileRange({ bucket, index }: Pick<TileAddress, "bucket" | "index">): Range {
  const length = bucket * TILE_BUCKETS;
  return { from: index * length, to: (index + 1) * length };
}

/** The tiles that cover the range, newest first, because people look at the newest. */
export function tileIndexes(bucket: number, { from, to }: Range): number[] {
  const length = bucket * TILE_BUCKETS;
  const first = Math.floor(from / length);
  const last = Math.ceil(to / length) - 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => last - offset);
}

export function tileKey({ device, type, bucket, index }: TileAddress): string {
  return JSON.stringify([device, type, bucket, index]);
}
