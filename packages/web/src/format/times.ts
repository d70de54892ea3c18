import { type Period, type PeriodUnit, steppedPeriod } from "../time/period.ts";
import type { TickUnit } from "../time/ticks.ts";
import { addDays, DAY_MS, HOUR_MS, isShownTwice, MINUTE_MS, wallClock } from "../time/zone.ts";
import { integer } from "./numbers.ts";

/** How times are written: the viewer's locale and the page's time zone. */
export interface TimeStyle {
  locale: string;
  zone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat({ locale, zone }: TimeStyle, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formats.set(key, format);
  return format;
}

const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric" };
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/** `24 Nov 2026, 14:05:10`. */
export function moment(style: TimeStyle, instant: number): string {
  return clockText(style, { ...DATE, ...TIME, second: "2-digit" }, instant);
}

/** Without seconds. */
export function minuteText(style: TimeStyle, instant: number): string {
  return clockText(style, { ...DATE, ...TIME }, instant);
}

/** With the short name of the zone, `02:00 MESZ`, in the hour that occurs twice when clocks go back. */
function clockText(style: TimeStyle, options: Intl.DateTimeFormatOptions, instant: number): string {
  const zone: Intl.DateTimeFormatOptions = isShownTwice(style.zone, instant) ? { timeZoneName: "short" } : {};
  return dateFormat(style, { ...options, ...zone }).format(instant);
}

export function timeOfDay(style: TimeStyle, instant: number): string {
  return dateFormat(style, TIME).format(instant);
}

/** `24 Nov 2026, 13:00 – 14:00`, as the locale shortens it. */
export function rangeText(style: TimeStyle, from: number, to: number): string {
  const wholeDays = [from, to].every((instant) => isMidnight(style.zone, instant));
  if (wholeDays) return dateFormat(style, DATE).formatRange(from, addDays(style.zone, to, -1));
  return dateFormat(style, { ...DATE, ...TIME }).formatRange(from, to);
}

/** What a bar stands for: an hour with its day, a day with its weekday, a week by its first day, a month with its year. */
export function periodText(
  style: TimeStyle,
  from: number,
  unit: "quarter" | "hour" | "day" | "week" | "month" | "year",
): string {
  if (unit === "year") return dateFormat(style, { year: "numeric" }).format(from);
  if (unit === "week") return dateFormat(style, DATE).formatRange(from, addDays(style.zone, from, 6));
  if (unit === "month") return dateFormat(style, { month: "long", year: "numeric" }).format(from);
  if (unit === "day") return dateFormat(style, { ...DATE, weekday: "short" }).format(from);
  return clockText(style, { day: "numeric", month: "short", ...TIME }, from);
}

/** What people call the current period and the one before, from the catalogue. */
export interface PeriodWords {
  current: Record<PeriodUnit, string>;
  before: Record<PeriodUnit, string>;
}

/** `Yesterday`, `Last week`, `November 2025`. */
export function periodLabel(style: TimeStyle, words: PeriodWords, period: Period, now: number): string {
  const { unit, from, to } = period;
  if (from <= now && now < to) return words.current[unit];
  const next = steppedPeriod(style.zone, period, 1);
  if (next.from <= now && now < next.to) return words.before[unit];
  return periodText(style, from, unit);
}

/**
 * A tick of a time axis: the time, or the date at midnight; with the year where that has changed.
 *
 * @param before the tick before it
 */
export function tickText(style: TimeStyle, tick: number, unit: TickUnit, before?: number): string {
  const { month, year } = wallClock(style.zone, tick);
  const isNewYear = before !== undefined && wallClock(style.zone, before).year !== year;
  const date = dateFormat(style, isNewYear ? DATE : { day: "numeric", month: "short" });
  switch (unit) {
    case "year":
      return dateFormat(style, { year: "numeric" }).format(tick);
    case "month":
      return dateFormat(style, month === 1 ? { year: "numeric" } : { month: "short" }).format(tick);
    case "day":
      return date.format(tick);
    case "second":
      return dateFormat(style, { ...TIME, second: "2-digit" }).format(tick);
    default:
      return isMidnight(style.zone, tick) ? date.format(tick) : timeOfDay(style, tick);
  }
}

function isMidnight(zone: string, instant: number): boolean {
  const { hour, minute, second } = wallClock(zone, instant);
  return hour === 0 && minute === 0 && second === 0;
}

/** The words for durations, from the catalogue. */
export interface DurationWords {
  seconds(n: string): string;
  minutes(n: string): string;
  hours(n: string): string;
  days(n: string): string;
}

/** In its largest unit: `12 s`, `3 min`, `5 h`, `2 d`. */
export function durationText(locale: string, words: DurationWords, ms: number): string {
  const number = (unitMs: number) => integer(locale, Math.floor(ms / unitMs));
  if (ms < MINUTE_MS) return words.seconds(integer(locale, Math.max(0, Math.floor(ms / 1_000))));
  if (ms < HOUR_MS) return words.minutes(number(MINUTE_MS));
  if (ms < 2 * DAY_MS) return words.hours(number(HOUR_MS));
  return words.days(number(DAY_MS));
}
