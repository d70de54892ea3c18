/** One line of the result: what was measured, and what it should reach; some figures have no goal. */
export interface Row {
  what: string;
  measured: number;
  unit: string;
  reach?: { atLeast: number } | { atMost: number };
}

export function isReached({ measured, reach }: Row): boolean {
  if (reach === undefined) return true;
  return "atLeast" in reach ? measured >= reach.atLeast : measured <= reach.atMost;
}

/** How many times as much one candidate does as another. */
export function ratio(what: string, ours: number, theirs: number, atLeast?: number): Row {
  return {
    what: `${what} (${rounded(ours)} / ${rounded(theirs)})`,
    measured: ours / theirs,
    unit: "×",
    ...(atLeast === undefined ? {} : { reach: { atLeast } }),
  };
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString("en");
}
