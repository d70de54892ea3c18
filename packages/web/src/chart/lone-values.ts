import type uPlot from "uplot";

/** Indexes of values without a line: with a gap or nothing on both sides. */
export function loneValues({ data }: Pick<uPlot, "data">, series: number): number[] {
  const column = data[series] ?? [];
  const lone: number[] = [];
  // `undefined`: only another series has a value at that time.
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
