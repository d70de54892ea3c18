import type { Reading } from "@energylive/core/energy/bars";
import type { Point, PointReader } from "@energylive/core/measurement/points";
import pLimit from "p-limit";

/** A poll a little late still lies within this of the boundary. */
const LATE_MS = 60_000;

/** Items beside a boundary that are read at once: several polls of eleven types. */
const NEAR_ITEMS = 60;

/** Where a type is rare, so many items are read for its next reading, and no more: it may have ended. */
const FAR_ITEMS = 3_000;

const CONCURRENT_READS = 16;

/** Boundaries whose readings cannot change any more and are kept: thirty years of days. */
const KEPT_BOUNDARIES = 11_000;

/** The readings of a register beside a moment: the last that is not later, and the first that is. */
export type BoundaryReader = (
  deviceId: string,
  type: string,
  at: number,
  intervalMs: number,
) => Promise<Reading[]>;

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
  /** What was measured before this can change no more. */
  closedBefore: () => number;
}): { beside: BoundaryReader; forget(): void } {
  const { points, closedBefore } = options;
  const limit = pLimit(CONCURRENT_READS);
  const kept = new Map<string, Promise<Near>>();

  function near(deviceId: string, at: number, intervalMs: number): Promise<Near> {
    const key = `${deviceId} ${at}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const read = limit(() => readNear(deviceId, at, intervalMs + LATE_MS));
    kept.set(key, read);
    const forget = () => void (kept.get(key) === read && kept.delete(key));
    // One that is open is shared by those who ask for it while it is read.
    read.then(() => at + intervalMs + LATE_MS >= closedBefore() && forget(), forget);
    if (kept.size > KEPT_BOUNDARIES) kept.delete(kept.keys().next().value ?? "");
    return read;
  }

  async function readNear(deviceId: string, at: number, withinMs: number): Promise<Near> {
    const found: Near = { before: new Map(), after: new Map() };
    for await (const page of points(deviceId, { since: at - withinMs, until: at + withinMs + 1 }))
      for (const point of page) take(found, point, at);
    return found;
  }

  async function searchFurther(
    deviceId: string,
    type: string,
    range: { since: number; until: number; descending: boolean },
  ): Promise<Reading | undefined> {
    for (const limited of [NEAR_ITEMS, FAR_ITEMS]) {
      for await (const page of points(deviceId, { ...range, limit: limited })) {
        const found = page.find(({ measurement_type }) => measurement_type === type);
        if (found !== undefined) return reading(found);
      }
    }
    return undefined;
  }

  return {
    async beside(deviceId, type, at, intervalMs) {
      const { before, after } = await near(deviceId, at, intervalMs);
      const both = await Promise.all([
        before.get(type) ??
          limit(() => searchFurther(deviceId, type, { since: 0, until: at + 1, descending: true })),
        after.get(type) ??
          limit(() => searchFurther(deviceId, type, { since: at + 1, until: LAST_TIME, descending: false })),
      ]);
      return both.filter((found) => found !== undefined);
    },
    forget: () => kept.clear(),
  };
}

/** Thirteen digits. */
const LAST_TIME = 9_999_999_999_999;

/** Points come by time: the last before counts, and the first after. */
function take({ before, after }: Near, point: Point, at: number): void {
  const { measurement_type } = point;
  if (point.at <= at) before.set(measurement_type, reading(point));
  else if (!after.has(measurement_type)) after.set(measurement_type, reading(point));
}

function reading({ at, value }: Point): Reading {
  return { at, value };
}
