/** One line of the result: what was measured, what is to be reached, and whether it is. */
export interface Row {
  what: string;
  measured: number;
  unit: string;
  reach: { atLeast: number } | { atMost: number };
}

export function isReached({ measured, reach }: Row): boolean {
  return "atLeast" in reach ? measured >= reach.atLeast : measured <= reach.atMost;
}

/** How many times as much one candidate does as another. */
export function ratio(what: string, ours: number, theirs: number, atLeast: number): Row {
  return {
    what: `${what} (${rounded(ours)} / ${rounded(theirs)})`,
    measured: ours / theirs,
    unit: "×",
    reach: { atLeast },
  };
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString("en");
}
