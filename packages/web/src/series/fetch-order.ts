import type { TileAddress } from "./tiles.ts";

/**
 * The order of requests: the newest tile of each series, because they are drawn together, then the next of each, and so on.
 *
 * @param series the tiles of each, newest first
 */
export function fetchOrder(series: readonly (readonly TileAddress[])[]): TileAddress[] {
  const longest = Math.max(0, ...series.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    series.flatMap((tiles) => tiles.slice(turn, turn + 1)),
  ).flat();
}
