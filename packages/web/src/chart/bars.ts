import type { EnergySum } from "@energylive/api/contract";

export interface BarRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface BarLayout {
  /** Drawn above zero, fed in below; a period without a value has no rectangle. */
  periods: { period: EnergySum; left: number; right: number; import?: BarRect; export?: BarRect }[];
  zeroY: number;
  /** Ticks of the energy axis in Wh; fed-in energy is below zero. */
  ticks: { wh: number; y: number }[];
}

/** The space between two bars as a share of their distance. */
const GAP_SHARE = 0.18;

/** A value other than zero is always visible. */
const LEAST_HEIGHT = 1;

const TICK_SPACE = 36;
const LEAST_SPAN_WH = 100;

/** Lays the periods out by time in a box of `width` by `height`. */
export function layBars(periods: readonly EnergySum[], width: number, height: number): BarLayout {
  const from = periods[0]?.from ?? 0;
  const to = periods.at(-1)?.to ?? 1;
  const highest = Math.max(0, ...periods.map((period) => period.import_wh ?? 0));
  const lowest = -Math.max(0, ...periods.map((period) => period.export_wh ?? 0));
  const step = niceStep(Math.max(highest - lowest, LEAST_SPAN_WH) / Math.max(2, height / TICK_SPACE));
  const top = Math.max(step, Math.ceil(highest / step) * step);
  const bottom = Math.floor(lowest / step) * step;
  const toY = (wh: number) => ((top - wh) / (top - bottom)) * height;
  const toX = (at: number) => ((at - from) / (to - from)) * width;
  const zeroY = toY(0);

  function rect(period: EnergySum, wh: number | null, sign: 1 | -1): BarRect | undefined {
    if (wh === null) return undefined;
    const [left, right] = [toX(period.from), toX(period.to)];
    const gap = (right - left) * GAP_SHARE;
    const tall = wh === 0 ? 0 : Math.max(LEAST_HEIGHT, Math.abs(toY(sign * wh) - zeroY));
    return { x: left + gap / 2, width: right - left - gap, y: sign > 0 ? zeroY - tall : zeroY, height: tall };
  }

  const ticks: BarLayout["ticks"] = [];
  for (let wh = bottom; wh <= top + step / 2; wh += step) ticks.push({ wh: Math.round(wh), y: toY(wh) });
  return {
    zeroY,
    ticks,
    periods: periods.map((period) => {
      const [drawn, fedIn] = [rect(period, period.import_wh, 1), rect(period, period.export_wh, -1)];
      return {
        period,
        left: toX(period.from),
        right: toX(period.to),
        ...(drawn === undefined ? {} : { import: drawn }),
        ...(fedIn === undefined ? {} : { export: fedIn }),
      };
    }),
  };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}

/** Added up; `null` where nothing is known. */
export function totalOf(periods: readonly EnergySum[], direction: "import" | "export"): number | null {
  const known = periods.map((period) => period[`${direction}_wh`]).filter((wh) => wh !== null);
  return known.length === 0 ? null : known.reduce((sum, wh) => sum + wh, 0);
}

/** Whether part of it lies in a gap, whose energy is spread evenly. */
export function isEstimated({ quarter_hours }: EnergySum): boolean {
  return quarter_hours.estimated > 0;
}

/** Whether a register fell in it. */
export function isReset({ quarter_hours }: EnergySum): boolean {
  return quarter_hours.reset > 0;
}

/** The share of them that is over and unknown, from 0 to 1. */
export function missingShare(periods: readonly EnergySum[]): number {
  const count = (of: (quarters: EnergySum["quarter_hours"]) => number) =>
    periods.reduce((sum, { quarter_hours }) => sum + of(quarter_hours), 0);
  const missing = count((quarters) => quarters.missing);
  const known = count(({ measured, estimated, reset, imported }) => measured + estimated + reset + imported);
  return missing === 0 ? 0 : missing / (missing + known);
}
