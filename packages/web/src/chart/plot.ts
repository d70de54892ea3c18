import uPlot from "uplot";

import type { TimeStyle } from "../format/times.ts";
import { tickText } from "../format/times.ts";
import { timeTicks } from "../time/ticks.ts";
import { cssColor } from "./colors.ts";
import { loneValues } from "./lone-values.ts";
import { powerAxisRange, powerTickTexts, priceTickTexts } from "./power-axis.ts";

/** How one curve looks. It has three columns of the data: mean, lowest, highest. */
export interface CurveStyle {
  /** Custom properties of the style sheet. */
  stroke: string;
  fill: string;
  /** From the lowest to the highest value. */
  band: string;
  /** Whether the area between the curve and zero is filled. */
  isArea: boolean;
  dash?: number[];
  width: number;
}

export interface PlotOptions {
  curves: readonly CurveStyle[];
  timeStyle: TimeStyle;
  /** Labels at the top and bottom of the plot for the two sides of zero. */
  sides?: { above: string; below: string };
  /** Whether the first column of the data are market prices: a line behind the curves, with an axis of its own at the right. */
  hasPrices?: boolean;
  /** Dashed lines, in W, as far as the axis reaches. */
  limits: readonly number[];
  range: () => [number, number];
  /** The time under the pointer; `undefined` when it has left. */
  onCursor: (at: number | undefined) => void;
}

/** Least distance of ticks in pixels: a date and a time fit. */
const TICK_SPACE = 72;
const POWER_TICK_SPACE = 44;

const FONT_FAMILY = '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';

/** The page's font size, which grows with the screen, so the axes do too. */
const FONT_SHARE = 0.75;

/** The width of a digit as a share of the font size, and the space around a label. */
const CHARACTER_SHARE = 0.57;
const LABEL_PADDING_PX = 16;

/** Space right of the plot; a label at its edge would need more and is left out. */
const RIGHT_PX = 10;

const COLUMNS_PER_CURVE = 3;

const LIMIT_DASH = [6, 4];

const PRICE_SCALE = "price";
const PRICE_COLOR = "--price";

/** As uPlot counts the sides of a plot. */
const RIGHT_SIDE = 1;

/** A chart of power over time that fills `place`. It reads colours once: a new appearance needs a new plot. */
export function createPlot(place: HTMLElement, options: PlotOptions, data: uPlot.AlignedData): uPlot {
  const { curves, timeStyle, onCursor, hasPrices = false } = options;
  const color = (property: string) => cssColor(place, property);
  const fontPx = FONT_SHARE * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const font = `${fontPx}px ${FONT_FAMILY}`;
  const [text, grid, zero] = [color("--text-muted"), color("--chart-grid"), color("--chart-zero")];
  const limitColor = color("--bad");
  const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const labelSpace = (values: readonly string[]) =>
    Math.max(...values.map((value) => value.length), 4) * CHARACTER_SHARE * fontPx + LABEL_PADDING_PX;
  const steps = uPlot.paths.stepped?.({ align: 1 });
  // The first series of uPlot is the time.
  const first = hasPrices ? 2 : 1;
  return new uPlot(
    {
      width: Math.max(1, place.clientWidth),
      height: Math.max(1, place.clientHeight),
      padding: [8, RIGHT_PX, 0, 0],
      ms: 1,
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { show: false },
        // A double click would reset the scales.
        bind: { dblclick: () => null },
      },
      scales: {
        x: { time: false, range: options.range },
        y: { range: (_, min, max) => powerAxisRange(min, max) },
        ...(hasPrices ? { [PRICE_SCALE]: { range: (_, min, max) => powerAxisRange(min, max) } } : {}),
      },
      axes: [
        {
          ...axis,
          size: fontPx * 2.3,
          splits: (_, _axis, min, max) => ticksOf(timeStyle, place, min, max).at,
          values: (plot, splits) => {
            const { min = 0, max = 0 } = plot.scales.x ?? {};
            const { unit } = ticksOf(timeStyle, place, min, max);
            return splits.map((tick, index) => {
              const label = tickText(timeStyle, tick, unit, splits[index - 1]);
              // Not the width of its element, which follows a moment after the window.
              const room = plot.bbox.width / devicePixelRatio + RIGHT_PX - plot.valToPos(tick, "x");
              return (label.length * CHARACTER_SHARE * fontPx) / 2 > room ? "" : label;
            });
          },
        },
        {
          ...axis,
          space: POWER_TICK_SPACE,
          size: (_, values) => labelSpace(values ?? []),
          values: (_, splits) => powerTickTexts(timeStyle.locale, splits),
        },
        ...(hasPrices
          ? [
              {
                ...axis,
                scale: PRICE_SCALE,
                side: RIGHT_SIDE,
                stroke: color(PRICE_COLOR),
                grid: { show: false },
                space: POWER_TICK_SPACE,
                size: (_: uPlot, values: string[] | null) => (values === null ? 0 : labelSpace(values)),
                values: (_: uPlot, splits: number[]) => priceTickTexts(timeStyle.locale, splits),
              },
            ]
          : []),
      ],
      series: [
        {},
        ...(hasPrices
          ? [
              {
                scale: PRICE_SCALE,
                stroke: color(PRICE_COLOR),
                width: 1.25,
                points: { show: false },
                ...(steps === undefined ? {} : { paths: steps }),
              },
            ]
          : []),
        ...curves.flatMap(({ stroke, fill, isArea, dash, width }) => [
          {
            stroke: color(stroke),
            width,
            // A measurement between two gaps has no line; a dot makes it visible.
            points: { show: false, filter: loneValues, size: 2 * width + 2, fill: color(stroke) },
            ...(dash === undefined ? {} : { dash }),
            ...(isArea ? { fill: color(fill) } : {}),
          },
          // Only the band between them shows.
          { stroke: "transparent", width: 1, points: { show: false } },
          { stroke: "transparent", width: 1, points: { show: false } },
        ]),
      ],
      bands: curves.map(({ band }, index) => ({
        series: [first + COLUMNS_PER_CURVE * index + 2, first + COLUMNS_PER_CURVE * index + 1],
        fill: color(band),
      })),
      hooks: {
        setCursor: [
          (plot) => {
            const { left = -1 } = plot.cursor;
            onCursor(left < 0 ? undefined : plot.posToVal(left, "x"));
          },
        ],
        draw: [
          (plot) => {
            drawLine(plot, 0, { color: zero });
            for (const limit of options.limits)
              drawLine(plot, limit, { color: limitColor, dash: LIMIT_DASH });
            if (options.sides !== undefined) drawSides(plot, options.sides, text, fontPx);
          },
        ],
      },
    },
    data,
    place,
  );
}

function ticksOf({ zone }: TimeStyle, place: HTMLElement, from: number, to: number) {
  return timeTicks(zone, from, to, Math.max(2, Math.floor(place.clientWidth / TICK_SPACE)));
}

function drawLine(
  { ctx, bbox, scales, valToPos }: uPlot,
  watts: number,
  { color, dash = [] }: { color: string; dash?: number[] },
): void {
  const { min = 0, max = 0 } = scales.y ?? {};
  if (watts < min || watts > max) return;
  const y = Math.round(valToPos(watts, "y", true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function drawSides(
  { ctx, bbox, scales }: uPlot,
  sides: { above: string; below: string },
  color: string,
  fontPx: number,
): void {
  const inset = 8 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = color;
  ctx.font = `${fontPx * devicePixelRatio}px ${FONT_FAMILY}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  ctx.fillText(`↑ ${sides.above}`, bbox.left + inset, bbox.top + inset / 2);
  if ((scales.y?.min ?? 0) < 0) {
    ctx.textBaseline = "bottom";
    ctx.fillText(`↓ ${sides.below}`, bbox.left + inset, bbox.top + bbox.height - inset / 2);
  }
  ctx.restore();
}
