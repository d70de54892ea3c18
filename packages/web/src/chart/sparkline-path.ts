import { curveOf } from "../series/gaps.ts";
import type { Point } from "../series/point.ts";
import type { Range } from "../series/tiles.ts";

/** SVG paths of a small chart around zero, in a box of `width` by `height`. */
export interface SparklinePaths {
  /** The area between zero and what was drawn, above. */
  drawn: string;
  /** The area between zero and what was fed in, below. */
  fedIn: string;
  /** From the lowest to the highest value, so it hides no peak. */
  envelope: string;
  line: string;
  /** Where zero is. */
  zeroY: number;
}

/** A lone measurement has this visible width, as a share of the box. */
const LONE_SHARE = 0.006;

/** `points` are drawn minus fed-in power. */
export function sparklinePaths(
  points: readonly Point[],
  { from, to }: Range,
  width: number,
  height: number,
): SparklinePaths {
  const lowest = Math.min(0, ...points.map(({ min }) => min));
  const highest = Math.max(0, ...points.map(({ max }) => max));
  // A day without power is a line at the bottom; avoids a division by zero.
  const span = highest - lowest || 1;
  const toX = (at: number) => ((at - from) / (to - from)) * width;
  const toY = (value: number) => ((highest - value) / span) * height;
  const runs = runsOf(points).map((run) => run.map(([at, point]) => ({ x: toX(at), point })));
  const area = (upper: (point: Point) => number, lower: (point: Point) => number) =>
    runs
      .map((run) =>
        areaPath(
          widened(run, width * LONE_SHARE),
          (p) => toY(upper(p)),
          (p) => toY(lower(p)),
        ),
      )
      .join("");
  return {
    drawn: area(
      ({ mean }) => Math.max(0, mean),
      () => 0,
    ),
    fedIn: area(
      () => 0,
      ({ mean }) => Math.min(0, mean),
    ),
    envelope: area(
      ({ max }) => max,
      ({ min }) => min,
    ),
    line: runs
      .map(
        (run) =>
          `M${widened(run, width * LONE_SHARE)
            .map((p) => spot(p.x, toY(p.point.mean)))
            .join("L")}`,
      )
      .join(""),
    zeroY: toY(0),
  };
}

type Placed = { x: number; point: Point };

/** Stretches without a gap. */
function runsOf(points: readonly Point[]): [number, Point][][] {
  const { x, values } = curveOf(points);
  const runs: [number, Point][][] = [[]];
  for (const [index, point] of values.entries()) {
    if (point === null) runs.push([]);
    else runs.at(-1)?.push([x[index] ?? 0, point]);
  }
  return runs.filter((run) => run.length > 0);
}

function widened(run: readonly Placed[], by: number): readonly Placed[] {
  const [only] = run;
  if (run.length !== 1 || only === undefined) return run;
  // Towards the free side: the newest is at the very end.
  return only.x > by ? [{ ...only, x: only.x - by }, only] : [only, { ...only, x: only.x + by }];
}

function areaPath(
  run: readonly Placed[],
  upper: (point: Point) => number,
  lower: (point: Point) => number,
): string {
  const there = run.map(({ x, point }) => spot(x, upper(point)));
  const back = run.toReversed().map(({ x, point }) => spot(x, lower(point)));
  return `M${[...there, ...back].join("L")}Z`;
}

function spot(x: number, y: number): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
