/** Numbers with units, in the format of the viewer's country. */

/** Power is in W and energy in kWh; large power is in kW. */
const KILO = 1_000;

/** In EUR/MWh. */
export const CT_PER_KWH = 10;

const MINUS = "−";

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, options);
  formats.set(key, format);
  return format;
}

/** A number and its unit, styled differently on the page. */
export interface Quantity {
  number: string;
  unit: string;
}

/** `138 W`, `2.41 kW`. */
export function power(locale: string, watts: number): Quantity {
  const absolute = Math.abs(watts);
  if (Math.round(absolute) < KILO) return { number: decimal(locale, watts, 0), unit: "W" };
  return { number: decimal(locale, watts / KILO, absolute < 100 * KILO ? 2 : 1), unit: "kW" };
}

/** `4.20 kWh`, always in kWh, so values compare at a glance. */
export function energy(locale: string, wattHours: number): Quantity {
  const absolute = Math.abs(wattHours) / KILO;
  const digits = absolute < 10 ? 2 : absolute < 1_000 ? 1 : 0;
  return { number: decimal(locale, wattHours / KILO, digits), unit: "kWh" };
}

export function text({ number, unit }: Quantity): string {
  return unit === "" ? number : `${number}\u00a0${unit}`;
}

export function powerText(locale: string, watts: number): string {
  return text(power(locale, watts));
}

export function energyText(locale: string, wattHours: number): string {
  return text(energy(locale, wattHours));
}

/** `€1.05`, as the viewer's country writes it. */
export function euroText(locale: string, eur: number, digits = 2): string {
  return numberFormat(locale, {
    style: "currency",
    currency: "EUR",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "negative",
  })
    .format(eur)
    .replace("-", MINUS);
}

/** A market price, which is in EUR/MWh, as people know it: `12.3 ct/kWh`. */
export function priceText(locale: string, eurPerMwh: number): string {
  return `${decimal(locale, eurPerMwh / CT_PER_KWH, 2)}\u00a0ct/kWh`;
}

export function integer(locale: string, value: number): string {
  return decimal(locale, value, 0);
}

export function percent(locale: string, share: number): string {
  return numberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** With a real minus sign, and none before a zero. */
export function decimal(locale: string, value: number, digits: number): string {
  return numberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: "negative",
  })
    .format(value)
    .replace("-", MINUS);
}

/** How many digits tell the ticks of an axis apart. */
export function digitsOf(values: readonly number[]): number {
  const isExact = (value: number, digits: number) =>
    Math.abs(value * 10 ** digits - Math.round(value * 10 ** digits)) < 1e-6;
  return [0, 1, 2].find((digits) => values.every((value) => isExact(value, digits))) ?? 3;
}

/** A stored value with all digits, even more than a double holds. */
export function exact(locale: string, value: string): string {
  if (!isNumeric(value)) return value;
  return numberFormat(locale, { maximumFractionDigits: 20 }).format(value).replace("-", MINUS);
}

function isNumeric(value: string): value is `${number}` {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
}
