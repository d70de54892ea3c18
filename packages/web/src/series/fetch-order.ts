import type { TileAddress } from "./tiles.ts";

export interface OrderedTile {
  address: TileAddress;
  /** Of the tiles of its series that are shown. */
  isNewest: boolean;
}

/**
 * The order of requests. First the newest tile of each series, because they are drawn together. Then one series per device:
 * the server reads all types of a device at once, so the others are ready when they are requested.
 *
 * @param series the tiles of each, newest first
 */
export function fetchOrder(series: readonly (readonly TileAddress[])[]): OrderedTile[] {
  const devices = series.map(([newest]) => newest?.device);
  const isFirst = devices.map((device, index) => devices.indexOf(device) === index);
  const older = (first: boolean) =>
    inTurns(series.filter((_, index) => isFirst[index] === first).map((tiles) => tiles.slice(1)));
  return [
    ...series.flatMap((tiles) => tiles.slice(0, 1)).map((address) => ({ address, isNewest: true })),
    ...[...older(true), ...older(false)].map((address) => ({ address, isNewest: false })),
  ];
}

/** The first of each list, then the second of each, and so on. */
function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  ).flat();
}
