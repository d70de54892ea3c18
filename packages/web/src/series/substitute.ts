import type { KnownTile } from "./cache.ts";
import { mergePoints, type Point } from "./point.ts";
import { type TileAddress, tileRange } from "./tiles.ts";

/**
 * What to show until a tile arrives: points in buckets of another size, of the nearest larger one, otherwise of the nearest
 * smaller one, merged.
 *
 * @param there the known tiles of the series
 */
export function substitute(address: TileAddress, there: readonly KnownTile[]): Point[] {
  const { from, to } = tileRange(address);
  const others = there.filter((tile) => {
    const range = tileRange(tile);
    return tile.bucket !== address.bucket && range.from < to && range.to > from;
  });
  const buckets = [...new Set(others.map(({ bucket }) => bucket))].sort(byNearness(address.bucket));
  for (const bucket of buckets) {
    const points = others
      .filter((tile) => tile.bucket === bucket)
      .sort((a, b) => a.index - b.index)
      .flatMap(({ tile }) => tile.points)
      .filter(({ start }) => start >= from && start < to);
    if (points.length > 0) return bucket < address.bucket ? mergePoints(points, address.bucket) : points;
  }
  return [];
}

function byNearness(wanted: number): (a: number, b: number) => number {
  return (a, b) => {
    if (a > wanted !== b > wanted) return a > wanted ? -1 : 1;
    return a > wanted ? a - b : b - a;
  };
}
