import { decimal, digitsOf } from "../format/numbers.ts";

/** Head-room above and below what is drawn, as a share of it. */
const HEADROOM = 0.08;

/** The range of an axis that shows nothing but zeros. */
const LEAST_W = 100;

const KILO = 1_000;

/** A power axis always shows zero: areas begin there. `min` and `max` are null without any value. */
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
