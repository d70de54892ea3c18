import type { Point, PointReader } from "../measurement/points.ts";
import { LONGEST_GAP_MS, PAIR_MS, type Reading, type Samples } from "./compute.ts";
import { PROFILE_TYPES, type StoredRange } from "./message.ts";
import { endOfQuarterHour, quarterHourOf } from "./quarter-hours.ts";

/** What is read at once beside a range: several polls of a dozen types. */
const PAGE_ITEMS = 120;

/** How many items are searched for the reading before or after a range. A register further away counts as having begun or ended. */
const ITEMS_SEARCHED = 3_000;

const REGISTERS: readonly string[] = [PROFILE_TYPES.import, PROFILE_TYPES.export];

/** Everything that the quarter-hours of [`from`, `to`) depend on, which are all that measurements of a range can change. */
export interface Surroundings {
  samples: Samples;
  /** Epoch milliseconds: edges of quarter-hours. */
  from: number;
  to: number;
}

/**
 * Reads a range of a device with what lies around it: back to the last reading before it and on to the first after it, for between those
 * a register's growth is spread anew, and to the edges of the quarter-hours that contain these. Errors of DynamoDB pass through.
 */
export async function readSurroundings(points: PointReader, range: StoredRange): Promise<Surroundings> {
  const { device_id, from, to } = range;
  const inside = (await Array.fromAsync(points(device_id, { since: from, until: to + 1 }))).flat();
  const before = await readBeside(points, device_id, {
    range: { until: from, descending: true },
    inside,
    edge: (...nearest) =>
      quarterHourOf(Math.min(from - PAIR_MS, ...nearest.filter((at) => from - at <= LONGEST_GAP_MS))),
    isBeyond: (at, edge) => at <= edge,
    reach: -PAIR_MS,
  });
  const after = await readBeside(points, device_id, {
    range: { since: to + 1 },
    inside,
    edge: (...nearest) =>
      endOfQuarterHour(Math.max(to + PAIR_MS, ...nearest.filter((at) => at - to <= LONGEST_GAP_MS))),
    isBeyond: (at, edge) => at >= edge,
    reach: PAIR_MS,
  });
  const all = [...before.points.reverse(), ...inside, ...after.points];
  return { samples: samplesOf(all), from: before.edge, to: after.edge };
}

/** The readings of a device by type. */
export function samplesOf(points: readonly Point[]): Samples {
  const of = (type: string): Reading[] =>
    points
      .filter(({ measurement_type }) => measurement_type === type)
      .map(({ at, value }) => ({ at, value }));
  return {
    import: of(PROFILE_TYPES.import),
    export: of(PROFILE_TYPES.export),
    drawn: of(PROFILE_TYPES.drawn),
    fedIn: of(PROFILE_TYPES.fedIn),
  };
}

interface Side {
  range: { since?: number; until?: number; descending?: boolean };
  inside: readonly Point[];
  /** The edge of the quarter-hours, given the readings beside the range. */
  edge: (...nearest: number[]) => number;
  /** Whether a reading lies at the edge or behind it. */
  isBeyond: (at: number, edge: number) => boolean;
  /** How far beyond the edge power is read too. */
  reach: number;
}

/** Reads away from a range, page by page, until every register that changed has a reading beyond the edge. */
async function readBeside(
  points: PointReader,
  deviceId: string,
  { range, inside, edge, isBeyond, reach }: Side,
): Promise<{ points: Point[]; edge: number }> {
  const changed = REGISTERS.filter((type) =>
    inside.some(({ measurement_type }) => measurement_type === type),
  );
  const found: Point[] = [];
  const nearest = new Map<string, number>();
  const furthest = new Map<string, number>();
  const edgeNow = () => edge(...changed.flatMap((type) => nearest.get(type) ?? []));
  const isWhole = () => {
    const at = edgeNow();
    const seen = new Set([...changed, ...nearest.keys()]);
    return (
      changed.every((type) => nearest.has(type)) &&
      [...seen].every((type) => isBeyond(furthest.get(type) ?? Number.NaN, at)) &&
      isBeyond(found.at(-1)?.at ?? Number.NaN, at + reach)
    );
  };
  for await (const page of points(deviceId, { ...range, limit: ITEMS_SEARCHED, pageSize: PAGE_ITEMS })) {
    for (const point of page) {
      found.push(point);
      if (!REGISTERS.includes(point.measurement_type)) continue;
      if (!nearest.has(point.measurement_type)) nearest.set(point.measurement_type, point.at);
      furthest.set(point.measurement_type, point.at);
    }
    if (isWhole()) break;
  }
  return { points: found, edge: edgeNow() };
}
