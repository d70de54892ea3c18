import type { Point, PointReader } from "../measurement/points.ts";

/** A measurements table in memory: pages of `pageSize`, in the order and within the range that is asked for. */
export function pointsInMemory(points: readonly Point[]): PointReader {
  const sorted = [...points].sort(
    (a, b) => a.at - b.at || (a.measurement_type < b.measurement_type ? -1 : 1),
  );
  return async function* read(
    _,
    { since = 0, until = Number.POSITIVE_INFINITY, descending, limit, pageSize },
  ) {
    const within = sorted.filter(({ at }) => at >= since && at < until);
    const ordered = (descending === true ? within.reverse() : within).slice(0, limit);
    const size = pageSize ?? 1_000;
    for (let start = 0; start < ordered.length; start += size) yield ordered.slice(start, start + size);
  };
}
