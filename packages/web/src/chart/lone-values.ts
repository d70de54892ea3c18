import type uPlot from "uplot";

/** The values that no line leads to or from: the indexes of a series at which a gap, or nothing, is on both sides. */
export function loneValues({ data }: Pick<uPlot, "data">, series: number): number[] {
  const column = data[series] ?? [];
  const lone: number[] = [];
  // `undefined` says nothing of this series: another one has a value at that time.
  let [before, candidate]: [boolean, number | undefined] = [true, undefined];
  for (let index = 0; index < column.length; index += 1) {
    const value = column[index];
    if (value === undefined) continue;
    if (value === null) {
      if (candidate !== undefined) lone.push(candidate);
      [before, candidate] = [true, undefined];
    } else {
      candidate = before ? index : undefined;
      before = false;
    }
  }
  if (candidate !== undefined) lone.push(candidate);
  return lone;
}
