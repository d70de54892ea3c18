import type uPlot from "uplot";

import { align, type Picked } from "../series/align.ts";
import { curveOf } from "../series/gaps.ts";
import type { Point } from "../series/point.ts";
import { stepsOf } from "../series/steps.ts";
import type { CurveStyle } from "./plot.ts";

export const DRAWN_STYLE: CurveStyle = {
  stroke: "--drawn",
  fill: "--drawn-fill",
  band: "--drawn-band",
  isArea: true,
  width: 1.5,
};

export const FED_IN_STYLE: CurveStyle = {
  stroke: "--fed-in",
  fill: "--fed-in-fill",
  band: "--fed-in-band",
  isArea: true,
  width: 1.5,
};

/**
 * Curves for the chart: mean, lowest and highest value of each at every time.
 *
 * @param prices their column comes first, for a chart that shows them
 */
export function plotData(
  curves: readonly (readonly Point[])[],
  prices?: readonly Point[],
): uPlot.AlignedData {
  const price: Picked[] =
    prices === undefined ? [] : [{ curve: stepsOf(prices), pick: [({ mean }) => mean] }];
  const { x, columns } = align([
    ...price,
    ...curves.map(
      (points): Picked => ({
        curve: curveOf(points),
        pick: [({ mean }) => mean, ({ min }) => min, ({ max }) => max],
      }),
    ),
  ]);
  return [x, ...columns];
}

/** Moves fed-in power below zero. */
export function below(points: readonly Point[]): Point[] {
  return points.map((point) => ({
    ...point,
    min: -point.max,
    max: -point.min,
    mean: -point.mean,
    last: -point.last,
  }));
}
