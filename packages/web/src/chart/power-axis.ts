import { CT_PER_KWH, decimal, digitsOf } from "../format/numbers.ts";

/** Space above and below the curves, as a share of them. */
const HEADROOM = 0.08;

/** The range of an axis with only zeros. */
const LEAST_W = 100;

const KILO = 1_000;

/** A power axis always shows zero, where areas start. `min` and `max` are null if there is no value. */
export function powerAxisRange(min: number | null, max: number | null): [number, number] {
  const low = Math.min(0, min ?? 0);
  const high = Math.max(0, max ?? 0);
  const pad = Math.max(high - low, LEAST_W) * HEADROOM;
  if (low === 0 && high === 0) return [0, LEAST_W];
  return [low === 0 ? 0 : low - pad, high === 0 ? 0 : high + pad];
}

/** All ticks in one unit. */
export function powerTickTexts(locale: string, ticks: readonly number[]): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const unitW = largest >= KILO ? KILO : 1;
  const unit = unitW === KILO ? "kW" : "W";
  const digits = digitsOf(ticks.map((tick) => tick / unitW));
  return ticks.map((tick) => `${decimal(locale, tick / unitW, digits)}\u00a0${unit}`);
}

/** Market prices in ct; the unit is long, and stands in the legend. */
export function priceTickTexts(locale: string, ticks: readonly number[]): string[] {
  const values = ticks.map((tick) => tick / CT_PER_KWH);
  const digits = digitsOf(values);
  return values.map((value) => `${decimal(locale, value, digits)}\u00a0ct`);
}
