import type { AlertRule, AlertRuleName } from "./rule.ts";

/** The languages of what is written to people outside of the page. */
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** The texts of alerts in one language. */
export interface AlertTexts {
  locale: string;
  rule: Readonly<Record<AlertRuleName, string>>;
  per: Readonly<Record<"day" | "week" | "month", string>>;
  /** What is measured, in words: `Drawn power: 5,200 W, the limit is 5,000 W.` */
  measured: (what: string, value: string, limit: string) => string;
  since: (time: string) => string;
  over: (title: string) => string;
  lasted: (from: string, to: string) => string;
}

const en: AlertTexts = {
  locale: "en-GB",
  rule: {
    power_above: "Drawn power",
    no_data: "Silence",
    energy_above: "Energy",
    cost_above: "Cost",
    peak_above: "Peak",
    base_load_above: "Base load",
    battery_below: "Battery",
    unusual_day: "Unusual day",
  },
  per: { day: "of the day", week: "of the week", month: "of the month" },
  measured: (what, value, limit) => `${what}: ${value}, the limit is ${limit}.`,
  since: (time) => `Since ${time}.`,
  over: (title) => `Over: ${title}`,
  lasted: (from, to) => `From ${from} to ${to}.`,
};

const de: AlertTexts = {
  locale: "de-AT",
  rule: {
    power_above: "Bezug",
    no_data: "Stille",
    energy_above: "Energie",
    cost_above: "Kosten",
    peak_above: "Spitze",
    base_load_above: "Grundlast",
    battery_below: "Batterie",
    unusual_day: "Ungewöhnlicher Tag",
  },
  per: { day: "des Tages", week: "der Woche", month: "des Monats" },
  measured: (what, value, limit) => `${what}: ${value}, die Grenze ist ${limit}.`,
  since: (time) => `Seit ${time}.`,
  over: (title) => `Vorbei: ${title}`,
  lasted: (from, to) => `Von ${from} bis ${to}.`,
};

export const ALERT_TEXTS: Readonly<Record<Language, AlertTexts>> = { en, de };

/** In what the limit of a rule and the values of its alerts are counted, and how many digits people want of it. */
const UNITS: Readonly<Record<AlertRuleName, readonly [unit: string, digits: number]>> = {
  power_above: ["W", 0],
  no_data: ["min", 0],
  energy_above: ["kWh", 2],
  cost_above: ["€", 2],
  peak_above: ["kW", 2],
  base_load_above: ["W", 0],
  battery_below: ["mV", 0],
  unusual_day: ["%", 0],
};

export function unitOf({ rule }: AlertRule): string {
  return UNITS[rule][0];
}

/** @example "5,200 W" */
export function alertAmount({ rule }: AlertRule, value: number, locale: string): string {
  const [unit, digits] = UNITS[rule];
  const number = value.toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number}\u00a0${unit}`;
}
