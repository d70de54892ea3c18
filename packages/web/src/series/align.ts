import type { Curve } from "./gaps.ts";
import type { Point } from "./point.ts";

/** Per time: `null` breaks the line, `undefined` leaves it as it is. */
export type Column = (number | null | undefined)[];

export interface Aligned {
  x: number[];
  /** What `pick` takes from the points of each curve. */
  columns: Column[];
}

export interface Picked {
  curve: Curve;
  pick: ((point: Point) => number)[];
}

/** Several curves on one time axis, as the chart draws them. */
export function align(picked: readonly Picked[]): Aligned {
  const x = [...new Set(picked.flatMap(({ curve }) => curve.x))].sort((a, b) => a - b);
  const position = new Map(x.map((at, index) => [at, index]));
  const columns = picked.flatMap(({ curve, pick }) =>
    pick.map((take) => {
      const column: Column = new Array(x.length).fill(undefined);
      for (const [index, at] of curve.x.entries()) {
        const point = curve.values[index] ?? null;
        column[position.get(at) ?? 0] = point === null ? null : take(point);
      }
      return withWholeGaps(column);
    }),
  );
  return { x, columns };
}

/**
 * A gap reaches from the last value before it to the first one after it, even if other curves have values in between.
 */
function withWholeGaps(column: Column): Column {
  let from = 0;
  while (from < column.length) {
    let to = from;
    while (to < column.length && (column[to] ?? null) === null) to += 1;
    if (column.slice(from, to).includes(null)) column.fill(null, from, to);
    from = to + 1;
  }
  return column;
}
