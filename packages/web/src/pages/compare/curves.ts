import type { CurveStyle } from "../../chart/plot.ts";
import type { ShownSeries } from "../../chart/series-data.ts";
import { DRAWN_POWER, FED_IN_POWER } from "../../data/types.ts";
import { difference, netOf, sum } from "../../series/combine.ts";
import type { Point } from "../../series/point.ts";
import { type Alignment, alignPeriods, type Period } from "../../time/period.ts";
import { zone } from "../../ui/zone.ts";
import { type CompareQuantity, type CompareSelection, otherPeriod } from "./selection.ts";

/** Devices are polled at different seconds, so a bucket has at least a minute. */
export const LEAST_BUCKET_MS = 60_000;

/** One line of the comparison. */
export interface ComparedCurve {
  name: string;
  points: Point[];
  /** `1` to `18`, or the name of a computed curve: chooses colour, dash and mark. */
  mark: string;
}

const COLOURS = 6;

/** Of the first six devices, of the next, and of the last: distinct even without colour. */
const DASHES: (number[] | undefined)[] = [
  ...[undefined, [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4]],
  ...[
    [1, 4],
    [16, 3, 3, 3],
    [6, 2],
    [2, 2, 8, 2],
    [12, 6],
    [3, 6],
  ],
  ...[
    [4, 2, 1, 2],
    [20, 5],
    [1, 2],
    [6, 6, 2, 6],
    [9, 2],
    [2, 8],
  ],
];

const COMPUTED: Record<string, CurveStyle> = {
  sum: { stroke: "--series-sum", fill: "--series-sum", band: "--series-none", isArea: false, width: 2.5 },
  difference: {
    stroke: "--series-difference",
    fill: "--series-difference",
    band: "--series-none",
    isArea: false,
    dash: [4, 3],
    width: 2.5,
  },
};

/** @param mark of a `ComparedCurve` */
export function styleOf(mark: string): CurveStyle {
  const dash = DASHES[Number(mark) - 1];
  const colour = colourOf(mark);
  return (
    COMPUTED[mark] ?? {
      stroke: `--series-${colour}`,
      fill: `--series-${colour}`,
      band: `--series-${colour}-band`,
      isArea: false,
      width: 1.75,
      ...(dash === undefined ? {} : { dash }),
    }
  );
}

/** The name of its colour in the style sheet. */
export function colourOf(mark: string): string {
  return mark in COMPUTED ? mark : String(((Number(mark) - 1) % COLOURS) + 1);
}

/** Two periods of one device, laid over each other. */
export interface ComparedPeriods extends Alignment {
  first: Period;
  second: Period;
}

export function comparedPeriods(selection: CompareSelection, first: Period): ComparedPeriods {
  const second = otherPeriod(selection, first);
  return { first, second, ...alignPeriods(zone, first, second, selection.byWeekday) };
}

/** The series to fetch: drawn and fed-in power of every device or of both periods. */
export function seriesOf(deviceIds: readonly string[], periods: ComparedPeriods | undefined): ShownSeries[] {
  const pair = (device: string, moved: Partial<ShownSeries> = {}): ShownSeries[] => [
    { device, type: DRAWN_POWER, ...moved },
    { device, type: FED_IN_POWER, ...moved },
  ];
  if (periods === undefined) return deviceIds.flatMap((device) => pair(device));
  const { first, second, toSecond, toFirst } = periods;
  const moved = `${first.from} ${second.from} ${toSecond(first.from)}`;
  return deviceIds.flatMap((device) => [
    ...pair(device),
    ...pair(device, { moved, timeAt: toSecond, drawnAt: toFirst }),
  ]);
}

/** @param points of `seriesOf`, in its order */
export function curvesOf(
  selection: CompareSelection,
  names: readonly string[],
  points: readonly (readonly Point[])[],
  words: { sum: string; difference: string },
): ComparedCurve[] {
  const curves = names.map((name, index) => ({
    name,
    points: quantityOf(selection.quantity, points[2 * index] ?? [], points[2 * index + 1] ?? []),
    mark: String(index + 1),
  }));
  const all = curves.map((curve) => curve.points);
  const [first, second] = all;
  return [
    ...curves,
    ...(selection.hasSum && selection.mode === "devices" && all.length > 1
      ? [{ name: words.sum, points: sum(all), mark: "sum" }]
      : []),
    ...(selection.hasDifference && all.length === 2 && first !== undefined && second !== undefined
      ? [{ name: words.difference, points: difference(first, second), mark: "difference" }]
      : []),
  ];
}

function quantityOf(quantity: CompareQuantity, drawn: readonly Point[], fedIn: readonly Point[]): Point[] {
  if (quantity === "drawn") return [...drawn];
  if (quantity === "fedIn") return [...fedIn];
  // A meter may have only one of the two.
  if (fedIn.length === 0) return [...drawn];
  return netOf(drawn, fedIn);
}
