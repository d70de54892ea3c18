import { BUCKET_LADDER, TILE_BUCKETS } from "@energylive/api/contract";
import { describe, expect, it } from "vitest";
import { align } from "./align.ts";
import { createTileCache } from "./cache.ts";
import { difference, sum } from "./combine.ts";
import { extentOf } from "./extent.ts";
import { fetchOrder } from "./fetch-order.ts";
import { curveOf } from "./gaps.ts";
import { mergePoints, type Point, pointOf } from "./point.ts";
import { substitute } from "./substitute.ts";
import { bucketFor, tileIndexes, tileRange } from "./tiles.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** One measurement a minute. */
const minutes = (values: (number | undefined)[], offset = 0): Point[] =>
  values.flatMap((value, index) => {
    const at = index * MINUTE + offset;
    return value === undefined ? [] : [pointOf([at, value, value, value, value, at, 1], 5_000)];
  });

describe("tiles", () => {
  it("has no bucket wider than a pixel column, but a longer time than two days in whole quarter-hours", () => {
    expect(bucketFor({ from: 0, to: 2 * DAY }, 1_200)).toBe(60_000);
    expect(bucketFor({ from: 0, to: 3 * DAY }, 1_200)).toBe(900_000);
    for (const span of [3_600_000, DAY, 60 * DAY, 365 * DAY]) {
      for (const pixels of [300, 1_200, 3_600]) {
        const bucket = bucketFor({ from: 0, to: span }, pixels);
        expect(bucket === BUCKET_LADDER[0] || bucket * pixels <= span).toBe(true);
        expect(span / bucket).toBeLessThan(5 * pixels + 1);
      }
    }
  });

  it("covers the range with tiles without holes, newest first", () => {
    const range = { from: 1.7e12, to: 1.7e12 + 9 * DAY };
    const tiles = tileIndexes(300_000, range).map((index) => tileRange({ bucket: 300_000, index }));
    expect(tiles.at(0)?.to).toBeGreaterThanOrEqual(range.to);
    expect(tiles.at(-1)?.from).toBeLessThanOrEqual(range.from);
    for (const [index, { from, to }] of tiles.entries()) {
      expect(from % (300_000 * TILE_BUCKETS)).toBe(0);
      if (index > 0) expect(to).toBe(tiles[index - 1]?.from);
    }
  });

  it("has bucket sizes that divide each other and the day", () => {
    for (const [index, size] of BUCKET_LADDER.entries()) {
      expect(DAY % size).toBe(0);
      expect((BUCKET_LADDER[index + 1] ?? 0) % size).toBe(0);
    }
  });

  it("drops the least recently used tile when there are too many", () => {
    const cache = createTileCache(10);
    const address = (index: number) => ({ device: "I", type: "t", bucket: 5_000, index });
    const tile = () => ({ closed: true, points: minutes([1, 2, 3]), fetchedAt: 1 });
    cache.put(address(1), tile());
    cache.put(address(2), tile());
    cache.get(address(1));
    cache.put(address(3), tile());
    expect(
      cache
        .tilesOf(address(0))
        .map(({ index }) => index)
        .sort(),
    ).toEqual([1, 3]);
    expect(cache.points).toBeLessThanOrEqual(10);
  });
});

describe("the order in which tiles are fetched", () => {
  const tiles = (device: string, type: string) =>
    [3, 2, 1].map((index) => ({ device, type, bucket: 5_000, index }));
  const said = (series: ReturnType<typeof tiles>[]) =>
    fetchOrder(series).map(({ device, type, index }) => `${device}${type}${index}`);

  it("is from the newest of each series to the oldest", () => {
    expect(said([tiles("A", "d"), tiles("A", "f")])).toEqual(["Ad3", "Af3", "Ad2", "Af2", "Ad1", "Af1"]);
    expect(said([tiles("A", "d"), tiles("B", "d")])).toEqual(["Ad3", "Bd3", "Ad2", "Bd2", "Ad1", "Bd1"]);
    expect(said([[], tiles("A", "d").slice(2)])).toEqual(["Ad1"]);
  });
});

describe("a tile that has not come", () => {
  const address = { device: "I", type: "t", bucket: 60_000, index: 0 };
  const filled = (bucket: number, index: number, value: number) => {
    const at = tileRange({ bucket, index }).from;
    const points = [pointOf([at, value, value, value, value, at, 1], bucket)];
    return { bucket, index, tile: { closed: true, fetchedAt: 1, points } };
  };
  const shown = (...there: ReturnType<typeof filled>[]) =>
    substitute(address, there).map(({ mean, size }) => [mean, size]);

  it("shows a missing tile in larger buckets, otherwise in smaller ones of the nearest size", () => {
    const [hour, fiveMinutes] = [filled(3_600_000, 0, 1), filled(300_000, 0, 2)];
    const [quarterMinute, finest] = [filled(15_000, 0, 3), filled(5_000, 0, 4)];
    expect(shown(hour, finest, fiveMinutes, quarterMinute)).toEqual([[2, 300_000]]);
    expect(shown(finest, quarterMinute)).toEqual([[3, 60_000]]);
    expect(shown()).toEqual([]);
  });

  it("does not substitute a tile by itself or by tiles of another time", () => {
    expect(shown(filled(60_000, 0, 1), filled(15_000, 4, 2), filled(300_000, 1, 3))).toEqual([]);
    // Four tiles of a quarter of a minute make one of a minute.
    expect(shown(filled(15_000, 2, 5), filled(15_000, 0, 4))).toEqual([
      [4, 60_000],
      [5, 60_000],
    ]);
  });
});

describe("sampling down", () => {
  it("keeps lowest, highest, newest and mean value when it merges points", () => {
    const [merged, ...others] = mergePoints(minutes([5, -3, 100, 2]), 300_000);
    expect(others).toEqual([]);
    expect(merged).toMatchObject({ min: -3, max: 100, mean: 26, last: 2, count: 4, lastAt: 3 * MINUTE });
  });

  it("tells the extent of a range only if it has a measurement", () => {
    expect(extentOf(minutes([1, 2, 9]), { from: 0, to: 2 * MINUTE })).toEqual({
      min: 1,
      max: 2,
      mean: 1.5,
      count: 2,
    });
    expect(extentOf(minutes([1]), { from: DAY, to: 2 * DAY })).toBeUndefined();
  });
});

describe("gaps", () => {
  const values = [1, 2, undefined, 3, 4, undefined, undefined, undefined, 5, 6];

  it("breaks the curve where measurements are missing, not where one came late", () => {
    const curve = curveOf(minutes(values));
    expect(curve.values.map((point) => point?.mean ?? null)).toEqual([1, 2, 3, 4, null, 5, 6]);
  });

  it("finds gaps between buckets of several measurements", () => {
    const buckets = mergePoints(
      minutes([...Array(30).fill(7), ...Array(20).fill(undefined), 8, 9]),
      5 * MINUTE,
    );
    expect(curveOf(buckets).values.filter((point) => point === null)).toHaveLength(1);
  });

  it("judges a gap by the interval around it", () => {
    const seldom = mergePoints(
      minutes(Array.from({ length: 300 }, (_, n) => (n % 15 === 0 ? n : undefined))),
      1,
    );
    const often = minutes(Array(400).fill(1)).map((point) => ({
      ...point,
      start: point.start + 300 * MINUTE,
      lastAt: point.lastAt + 300 * MINUTE,
    }));
    expect(curveOf([...seldom, ...often]).values).not.toContain(null);
    const missing = [
      ...seldom.slice(0, 10),
      ...seldom.slice(13),
      ...often.slice(0, 200),
      ...often.slice(204),
    ];
    expect(curveOf(missing).values.filter((point) => point === null)).toHaveLength(2);
  });

  it("sees gaps on both sides of a lone measurement", () => {
    const lone = [1, 1, 1, undefined, undefined, undefined, 1, undefined, undefined, undefined, 1, 1, 1, 1];
    expect(curveOf(minutes(lone)).values.filter((point) => point === null)).toHaveLength(2);
    const pairs = Array.from({ length: 10 }, () => [1, 1, undefined, undefined, undefined]).flat();
    expect(curveOf(minutes(pairs)).values.filter((point) => point === null)).toHaveLength(9);
  });

  it("finds no gap in a single point or in none", () => {
    expect(curveOf(minutes([4])).values).toHaveLength(1);
    expect(curveOf([])).toEqual({ x: [], values: [] });
  });

  it("keeps the gaps of each curve when several share the axis", () => {
    const drawn = curveOf(minutes([1, 2, 3]));
    const fedIn = curveOf(minutes(values, 10_000));
    const { x, columns } = align([
      { curve: drawn, pick: [({ mean }) => mean] },
      { curve: fedIn, pick: [({ mean }) => -mean] },
    ]);
    expect(x).toEqual([...x].sort((a, b) => a - b));
    expect(columns[0]).not.toContain(null);
    expect(columns[1]?.filter((value) => value !== undefined)).toEqual([-1, -2, -3, -4, null, -5, -6]);
  });

  it("stretches a gap from value to value although other curves have values in between", () => {
    const { columns } = align([
      { curve: curveOf(minutes(Array(10).fill(9), 10_000)), pick: [({ mean }) => mean] },
      { curve: curveOf(minutes(values)), pick: [({ mean }) => mean] },
    ]);
    const [before, behind] = [columns[1]?.indexOf(4) ?? 0, columns[1]?.indexOf(5) ?? 0];
    const between = columns[1]?.slice(before + 1, behind) ?? [];
    expect(between.length).toBeGreaterThan(3);
    expect(new Set(between)).toEqual(new Set([null]));
  });
});

describe("combining series", () => {
  it("adds values although the devices were polled at different seconds", () => {
    const total = sum([minutes([1, 1, 1]), minutes([10, 20, 30], 15_000)]);
    expect(total.map(({ mean }) => mean)).toEqual([11, 11, 21, 21, 31]);
  });

  it("gives no sum where one series has no value", () => {
    const silent = minutes([1, 1, 1, undefined, undefined, undefined, undefined, undefined, 1]);
    const total = sum([silent, minutes(Array(9).fill(5))]);
    expect(total.map(({ start }) => start / MINUTE)).toEqual([0, 1, 2, 3, 4, 8]);
  });

  it("treats zero as a value", () => {
    expect(difference(minutes([0, 0]), minutes([3, 0])).map(({ mean }) => mean)).toEqual([-3, 0]);
  });
});
