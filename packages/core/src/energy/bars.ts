/** Energy per hour, day or month, computed from register readings. */

/** A register reading. */
export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  /** In the meter's unit: Wh or varh. */
  value: number;
}

export interface EnergyBar {
  /** Epoch milliseconds. */
  from: number;
  /** Exclusive: the start of the next bar, an hour, calendar day or calendar month later (a day has 23 to 25 hours). */
  to: number;
  /** The register's growth, or `null` if it is unknown for this time. All bars add up to the whole growth. */
  wh: number | null;
  /** The bar starts or ends in a gap, whose energy is spread evenly. */
  estimated: boolean;
  /** The register fell in this bar: energy around that moment is unknown and left out. */
  reset: boolean;
}

/** Readings further apart than this have a gap between them, unless the device is polled less often. */
const GAP_MS = 15 * 60_000;
const GAP_INTERVALS = 3;

/** The longest distance between two readings without a gap between them. */
export function gapMs(intervalSeconds: number): number {
  return Math.max(GAP_MS, GAP_INTERVALS * intervalSeconds * 1000);
}

/**
 * The growth of a register between neighbouring `boundaries`. Growth between two readings is spread evenly over their time,
 * and a fall counts as zero. So all bars together equal the register's growth between the first and the last reading:
 * whatever the gaps, resets and boundaries, no energy is lost or invented.
 *
 * @param readings in order of time, with distinct times. Those nearest to each boundary suffice, if no fall between them is
 *   left out
 * @param boundaries epoch milliseconds, in order of time
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

/** Per reading: the register's growth since the first. */
function cumulativeGrowth(readings: readonly Reading[]): Float64Array {
  const growth = new Float64Array(readings.length);
  for (let index = 1; index < readings.length; index += 1)
    growth[index] = (growth[index - 1] ?? 0) + Math.max(0, stepAfter(readings, index - 1));
  return growth;
}

interface Point {
  at: number;
  /** Growth up to this moment. */
  growth: number;
  isInGap: boolean;
  /** Index of the last reading at or before this moment; -1 before the first. */
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
