import type { Curve } from "./gaps.ts";
import type { Point } from "./point.ts";

/** For one series, at each time: `null` interrupts its line, `undefined` says nothing of it. */
export type Column = (number | null | undefined)[];

export interface Aligned {
  x: number[];
  /** For each curve what `pick` takes from its points. */
  columns: Column[];
}

export interface Picked {
  curve: Curve;
  pick: ((point: Point) => number)[];
}

/** Several curves over one time axis, which is what the chart draws. */
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
 * A gap reaches from the last value before it to the first behind it: what other curves have in between must not make the
 * line go on until there.
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
