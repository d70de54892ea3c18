/** Energy per hour, day or month, from what a register showed. */

/** What a register showed at a moment. */
export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  /** As the meter counts it: Wh, or varh. */
  value: number;
}

export interface EnergyBar {
  /** Epoch milliseconds. */
  from: number;
  /** Not included: the next bar's beginning, an hour, or a calendar day or month later (a day has 23 to 25 hours). */
  to: number;
  /** What the register grew by; `null` where it says nothing of this time. All bars add up to its whole growth. */
  wh: number | null;
  /** Begins or ends in a gap, over which what was counted is spread evenly. */
  estimated: boolean;
  /** The register fell in it: what was counted around that moment is unknown, and left out. */
  reset: boolean;
}

/** Two readings further apart than this have a gap between them, unless the device is polled less often. */
const GAP_MS = 15 * 60_000;
const GAP_INTERVALS = 3;

/** How far apart two readings are at most that have no gap between them. */
export function gapMs(intervalSeconds: number): number {
  return Math.max(GAP_MS, GAP_INTERVALS * intervalSeconds * 1000);
}

/**
 * The growth of a register between each two neighbours of `boundaries`. What lies between two readings is spread evenly
 * over their time, and a fall counts as nothing, so that all bars together are what the register grew by between its
 * first and its last reading within them: whatever gaps, resets and boundaries there are, no energy is lost or invented.
 *
 * @param readings by time, no two of one time. Those nearest to each boundary are enough, as long as none of the falls
 *   between them is left out
 * @param boundaries epoch milliseconds, by time
 */
export function energyBars(
  readings: readonly Reading[],
  boundaries: readonly number[],
  options: { gapMs: number },
): EnergyBar[] {
  const growth = cumulativeGrowth(readings);
  const first = readings[0]?.at ?? Number.POSITIVE_INFINITY;
  const last = readings.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  const points = boundaries.map((at) => locate(readings, growth, at, options.gapMs));
  const bars: EnergyBar[] = [];
  for (let index = 0; index + 1 < points.length; index += 1) {
    const [start, end] = [points[index], points[index + 1]];
    if (start === undefined || end === undefined) continue;
    const isKnown = Math.max(start.at, first) < Math.min(end.at, last);
    bars.push({
      from: start.at,
      to: end.at,
      wh: isKnown ? end.growth - start.growth : null,
      estimated: isKnown && (start.isInGap || end.isInGap),
      reset: isKnown && fallsBetween(readings, start.step, end),
    });
  }
  return bars;
}

/** Per reading: what the register grew by since the first. */
function cumulativeGrowth(readings: readonly Reading[]): Float64Array {
  const growth = new Float64Array(readings.length);
  for (let index = 1; index < readings.length; index += 1)
    growth[index] = (growth[index - 1] ?? 0) + Math.max(0, stepAfter(readings, index - 1));
  return growth;
}

interface Point {
  at: number;
  /** Up to this moment. */
  growth: number;
  isInGap: boolean;
  /** Index of the last reading that is not later; -1 before the first. */
  step: number;
}

function locate(readings: readonly Reading[], growth: Float64Array, at: number, longest: number): Point {
  const step = lastNotAfter(readings, at);
  const [before, after] = [readings[step], readings[step + 1]];
  const known = growth[Math.max(0, step)] ?? 0;
  if (before === undefined || after === undefined || before.at === at)
    return { at, growth: known, isInGap: false, step };
  const spacing = after.at - before.at;
  const grown = Math.max(0, after.value - before.value);
  return { at, growth: known + (grown * (at - before.at)) / spacing, isInGap: spacing > longest, step };
}

function lastNotAfter(readings: readonly Reading[], at: number): number {
  let [low, high] = [0, readings.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((readings[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function fallsBetween(readings: readonly Reading[], firstStep: number, end: Point): boolean {
  for (let step = Math.max(0, firstStep); step <= end.step; step += 1) {
    if ((readings[step]?.at ?? 0) < end.at && stepAfter(readings, step) < 0) return true;
  }
  return false;
}

function stepAfter(readings: readonly Reading[], index: number): number {
  const [before, after] = [readings[index], readings[index + 1]];
  return before === undefined || after === undefined ? 0 : after.value - before.value;
}
