/** Times and numbers as grid operators write them. */

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;
const AUSTRIAN_TIME = /^(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4}),? (\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DAY_MS = 86_400_000;

/** `01.01.2026 00:15`, `01.01.26 00:15:00`, `2026-01-01 00:15:00` and ISO 8601 as ISO 8601. */
export function isoTime(text: string): string | undefined {
  const written = text.trim().replaceAll(/\s+/g, " ");
  const [, day = "", month = "", year = "", hour = "", minute = "", second = "00"] =
    AUSTRIAN_TIME.exec(written) ?? [];
  const iso =
    day === ""
      ? written
      : `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${day.padStart(2, "0")} ${hour.padStart(2, "0")}:${minute}:${second}`;
  const [, date, time, seconds = "00", offset = ""] = ISO_TIME.exec(iso) ?? [];
  if (date === undefined || time === undefined) return undefined;
  // So some write the end of a day.
  const isMidnight = time === "24:00";
  const wall = `${date}T${isMidnight ? "00:00" : time}:${seconds}`;
  const at = utc(wall);
  // Date.parse reads 30 February as 1 March.
  if (Number.isNaN(at) || wallTime(at) !== wall) return undefined;
  return isMidnight ? wallTime(at + DAY_MS) : `${wall}${offset}`;
}

/** As if the clock on the wall showed UTC; `NaN` if it shows no time. */
export function utc(wall: string): number {
  return Date.parse(`${wall.slice(0, "2026-11-25T00:15:00".length)}Z`);
}

/** The opposite of `utc`. */
export function wallTime(at: number): string {
  return new Date(at).toISOString().slice(0, "2026-11-25T00:15:00".length);
}

/** `0,228`, `1.234,5`, `0.228`, `1e-3` of a spreadsheet. */
export function germanNumber(text: string): number | undefined {
  const plain = text.includes(",") ? text.replaceAll(".", "").replace(",", ".") : text;
  return /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i.test(plain.trim()) ? Number(plain) : undefined;
}
