import { UsageError } from "../errors.ts";

const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000, y: 365 * 86_400_000 };

const DURATION = /^(\d+)\s*(s|m|h|d|w|y)$/;
const EPOCH_MS = /^\d{13}$/;

/** A day, or a day and a time, with `Z` or an offset, or in this machine's zone. */
const CALENDAR = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A time as a person types it: `1h` ago, a day or a time in this machine's zone, or epoch milliseconds.
 *
 * @returns epoch milliseconds
 * @throws {UsageError}
 */
export function parseInstant(text: string, now: number): number {
  const ago = durationMs(text);
  if (ago !== undefined) return now - ago;
  if (text === "now") return now;
  if (EPOCH_MS.test(text)) return Number(text);
  // Without a time, a day would be read as UTC.
  const calendar = text.length === 10 ? `${text}T00:00` : text.replace(" ", "T");
  const instant = CALENDAR.test(text) && isDay(text) ? Date.parse(calendar) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new UsageError(
    `"${text}" is not a time: give 30m, 1h or 7d (ago), 2024-09-17, 2024-09-17T08:00, 2024-09-17T08:00Z or milliseconds`,
  );
}

/** Date.parse reads 30 February as 1 March. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split("-").map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/**
 * A duration as a person types it: `5m`, `90d`, or a number in `unit`.
 *
 * @returns a whole number of `unit`
 * @throws {UsageError}
 */
export function parseDuration(text: string, unit: "s" | "d", option: string): number {
  const ms = durationMs(/^\d+$/.test(text) ? `${text}${unit}` : text);
  if (ms !== undefined && Number.isInteger(ms / MS[unit])) return ms / MS[unit];
  const name = unit === "s" ? "seconds" : "days";
  const examples = unit === "s" ? "300, 5m or 1h" : "90, 90d or 2y";
  throw new UsageError(`${option} takes ${name}, like ${examples}, not "${text}"`);
}

function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, count, unit] = match;
  return unit !== undefined && unit in MS ? Number(count) * MS[unit as keyof typeof MS] : undefined;
}

/** How long ago, for a person; `never` for no time. */
export function ago(instant: number | string | undefined, now: number, age: (ms: number) => string): string {
  const ms = typeof instant === "string" ? Date.parse(instant) : instant;
  return ms === undefined || Number.isNaN(ms) ? "never" : `${age(now - ms)} ago`;
}
