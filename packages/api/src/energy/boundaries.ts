import type { Clock } from "@energylive/core/clock";
import type { Reading } from "@energylive/core/energy/bars";
import type { MeasurementRange } from "@energylive/core/measurement/pages";
import type { Point, PointReader } from "@energylive/core/measurement/points";
import pLimit from "p-limit";

import { withPatience } from "../patience.ts";
import { pointsBetween } from "../series/columns.ts";
import type { SeriesStore } from "../series/store.ts";

/**
 * Time around a boundary that is read at once. It covers a poll that is a little late; readings further apart are searched
 * for.
 */
const LATE_MS = 60_000;
const MOST_INTERVAL_MS = 15 * 60_000;

/**
 * How many items after a gap are searched for the next reading: several polls of eleven types. A type that is rarer, or has
 * ended, is not searched for at every boundary; its energy is spread evenly between the known readings.
 */
const NEAR_ITEMS = 60;

/** For the ends of a range: energy outside the readings found there is not counted. */
const FAR_ITEMS = 3_000;

const ITEMS_SEARCHED = { within: NEAR_ITEMS, end: FAR_ITEMS } as const;

const CONCURRENT_READS = 16;

/** A chart being read brings these readings too, but a long one of many types takes longer than this. */
const CHART_PATIENCE_MS = 1_000;

/** How many closed boundaries are kept: thirty years of days. */
const KEPT_BOUNDARIES = 11_000;

/**
 * The readings of a register around a time: the last one not later, and the first one later.
 *
 * @param search how far to look if none is near; the ends of a range deserve a longer search
 */
export type BoundaryReader = (
  deviceId: string,
  type: string,
  at: number,
  options: { intervalMs: number; search: Search },
) => Promise<Reading[]>;

export type Search = "none" | "within" | "end";

/** Epoch milliseconds; `until` is not included. */
interface NearRange {
  since: number;
  until: number;
}

interface Near {
  before: Map<string, Reading>;
  after: Map<string, Reading>;
}

/**
 * Reads only what is stored around a time, so a year of days costs a few hundred small queries instead of a hundred
 * thousand items. One query serves all registers of a device. Errors of DynamoDB pass through.
 */
export function createBoundaryReader(options: {
  points: PointReader;
  series: Pick<SeriesStore, "atHand" | "closedBefore">;
  clock: Clock;
}): { beside: BoundaryReader; forget(): void } {
  const { points, series, clock } = options;
  const limit = pLimit(CONCURRENT_READS);
  const kept = new Map<string, Promise<Near>>();

  function near(deviceId: string, at: number, intervalMs: number): Promise<Near> {
    const key = `${deviceId} ${at}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const withinMs = Math.min(intervalMs, MOST_INTERVAL_MS) + LATE_MS;
    const read = readNear(deviceId, at, withinMs);
    kept.set(key, read);
    const forget = () => void (kept.get(key) === read && kept.delete(key));
    // An open one is shared only while it is being read.
    read.then(() => at + withinMs >= series.closedBefore() && forget(), forget);
    if (kept.size > KEPT_BOUNDARIES) kept.delete(kept.keys().next().value ?? "");
    return read;
  }

  async function readNear(deviceId: string, at: number, withinMs: number): Promise<Near> {
    const range = { since: at - withinMs, until: at + withinMs + 1 };
    const found: Near = { before: new Map(), after: new Map() };
    const around = (await charted(deviceId, range)) ?? (await limit(() => stored(deviceId, range)));
    for (const point of around) take(found, point, at);
    return found;
  }

  /** From the chart of the same time, if its data comes soon. */
  async function charted(deviceId: string, { since, until }: NearRange): Promise<Point[] | undefined> {
    const chunks = await withPatience(
      clock,
      CHART_PATIENCE_MS,
      // If the chart failed, reading here fails with the same error.
      Promise.resolve(series.atHand(deviceId, since, until)).catch(() => undefined),
    );
    return chunks?.flatMap((chunk) => pointsBetween(chunk, since, until));
  }

  async function stored(deviceId: string, range: NearRange): Promise<Point[]> {
    return (await Array.fromAsync(points(deviceId, range))).flat();
  }

  async function search(
    deviceId: string,
    type: string,
    range: MeasurementRange,
  ): Promise<Reading | undefined> {
    for await (const page of points(deviceId, range)) {
      const found = page.find(({ measurement_type }) => measurement_type === type);
      if (found !== undefined) return reading(found);
    }
    return undefined;
  }

  return {
    async beside(deviceId, type, at, { intervalMs, search: wanted }) {
      const { before, after } = await near(deviceId, at, intervalMs);
      if (wanted === "none")
        return [before.get(type), after.get(type)].filter((found) => found !== undefined);
      const items = ITEMS_SEARCHED[wanted];
      const both = await Promise.all([
        before.get(type) ??
          limit(() => search(deviceId, type, { until: at + 1, descending: true, limit: items })),
        after.get(type) ?? limit(() => search(deviceId, type, { since: at + 1, limit: items })),
      ]);
      return both.filter((found) => found !== undefined);
    },
    forget: () => kept.clear(),
  };
}

/** Points of a type come in order of time: the last one before counts, and the first one after. */
function take({ before, after }: Near, point: Point, at: number): void {
  const { measurement_type } = point;
  if (point.at <= at) before.set(measurement_type, reading(point));
  else if (!after.has(measurement_type)) after.set(measurement_type, reading(point));
}

function reading({ at, value }: Point): Reading {
  return { at, value };
}
