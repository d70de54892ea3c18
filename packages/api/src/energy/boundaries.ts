import type { Clock } from "@energylive/core/clock";
import type { Reading } from "@energylive/core/energy/bars";
import type { MeasurementRange } from "@energylive/core/measurement/pages";
import type { Point, PointReader } from "@energylive/core/measurement/points";
import pLimit from "p-limit";

import { withPatience } from "../patience.ts";
import { pointsBetween } from "../series/columns.ts";
import type { SeriesStore } from "../series/store.ts";

/**
 * Around a boundary so much time is read at once: an interval, in which a poll that is a little late still lies. What is
 * polled less often is searched for.
 */
const LATE_MS = 60_000;
const MOST_INTERVAL_MS = 15 * 60_000;

/**
 * Behind a gap, so many items are looked through for the next reading: several polls of eleven types. A type that is
 * rarer, or that ended, is not searched for at every boundary: what lies between its known readings is spread evenly.
 */
const NEAR_ITEMS = 60;

/** At the ends of a range: what is not found there is not counted. */
const FAR_ITEMS = 3_000;

const ITEMS_SEARCHED = { within: NEAR_ITEMS, end: FAR_ITEMS } as const;

const CONCURRENT_READS = 16;

/** A chart that is being read brings the readings of its time with it; a long one of many types is not waited for. */
const CHART_PATIENCE_MS = 1_000;

/** Boundaries whose readings cannot change any more and are kept: thirty years of days. */
const KEPT_BOUNDARIES = 11_000;

/**
 * The readings of a register beside a moment: the last that is not later, and the first that is.
 *
 * @param search how far to look when none lies near: at the ends of the range that is counted more is at stake
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
 * Reads what is stored beside a moment and nothing else, so that a year of days costs some hundred small queries and not
 * a hundred thousand items. One query serves all registers of a device. Errors of DynamoDB pass through.
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
    // One that is open is shared by those who ask for it while it is read.
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

  /** From what is read for a chart of the same time, if that comes soon. */
  async function charted(deviceId: string, { since, until }: NearRange): Promise<Point[] | undefined> {
    const chunks = await withPatience(
      clock,
      CHART_PATIENCE_MS,
      // One that fails is read again here, and fails again here.
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

/** Points of a type come by time: the last before counts, and the first after. */
function take({ before, after }: Near, point: Point, at: number): void {
  const { measurement_type } = point;
  if (point.at <= at) before.set(measurement_type, reading(point));
  else if (!after.has(measurement_type)) after.set(measurement_type, reading(point));
}

function reading({ at, value }: Point): Reading {
  return { at, value };
}
