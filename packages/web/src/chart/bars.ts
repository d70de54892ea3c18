/** What is drawn of a period: parts above zero are stacked upwards, parts below it downwards. */
export interface Bar {
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive. */
  to: number;
  /** None where nothing is known. */
  parts: readonly BarPart[];
  /** Hatched: it is estimated in part. */
  isEstimated?: boolean;
  /** A sign above it. */
  flag?: string;
}

export interface BarPart {
  /** Its class in the style sheet, behind `bar-`. */
  kind: string;
  value: number;
}

export interface BarRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface BarLayout {
  /** In the order of the bars. */
  bars: { bar: Bar; left: number; right: number; rects: { kind: string; rect: BarRect }[] }[];
  zeroY: number;
  ticks: { value: number; y: number }[];
}

/** The space between two bars as a share of their distance. */
const GAP_SHARE = 0.18;

/** A value other than zero is always visible. */
const LEAST_HEIGHT = 1;

const TICK_SPACE = 36;

/**
 * Lays the periods out by time in a box.
 *
 * @param box.leastSpan what the axis spans at least, in the unit of the values
 */
export function layBars(
  bars: readonly Bar[],
  { width, height, leastSpan }: { width: number; height: number; leastSpan: number },
): BarLayout {
  const from = bars[0]?.from ?? 0;
  const to = bars.at(-1)?.to ?? 1;
  const sums = bars.map(({ parts }) => ({
    above: parts.reduce((sum, { value }) => sum + Math.max(0, value), 0),
    below: parts.reduce((sum, { value }) => sum + Math.min(0, value), 0),
  }));
  const highest = Math.max(0, ...sums.map(({ above }) => above));
  const lowest = Math.min(0, ...sums.map(({ below }) => below));
  const step = niceStep(Math.max(highest - lowest, leastSpan) / Math.max(2, height / TICK_SPACE));
  const top = Math.max(1, Math.ceil(highest / step));
  const bottom = Math.floor(lowest / step);
  const toY = (value: number) => ((top - value / step) / (top - bottom)) * height;
  const toX = (at: number) => ((at - from) / (to - from)) * width;
  const zeroY = toY(0);

  function rectsOf({ parts, ...period }: Bar) {
    const [left, right] = [toX(period.from), toX(period.to)];
    const gap = (right - left) * GAP_SHARE;
    let [above, below] = [zeroY, zeroY];
    return parts.map(({ kind, value }) => {
      const tall = value === 0 ? 0 : Math.max(LEAST_HEIGHT, Math.abs(toY(value) - zeroY));
      if (value < 0) below += tall;
      else above -= tall;
      const rect = {
        x: left + gap / 2,
        y: value < 0 ? below - tall : above,
        width: right - left - gap,
        height: tall,
      };
      return { kind, rect };
    });
  }

  const ticks: BarLayout["ticks"] = [];
  for (let count = bottom; count <= top; count += 1)
    ticks.push({ value: count * step, y: toY(count * step) });
  return {
    zeroY,
    ticks,
    bars: bars.map((bar) => ({ bar, left: toX(bar.from), right: toX(bar.to), rects: rectsOf(bar) })),
  };
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}
