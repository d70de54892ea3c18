import { Temporal } from "temporal-polyfill";
import * as z from "zod";

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** From a time of day to another one, which may be on the next day: `22:00-07:00`. */
export const QuietHours = z
  .string()
  .regex(HOURS, "is not like 22:00-07:00")
  .refine((written) => written.slice(0, 5) !== written.slice(6), "begins when it ends");

/** When the quiet hours end that it is now; `undefined` outside of them. Epoch milliseconds. */
export function quietUntil(written: string | undefined, timeZone: string, now: number): number | undefined {
  if (written === undefined) return undefined;
  const [from, to] = written.split("-").map((time) => Temporal.PlainTime.from(time));
  if (from === undefined || to === undefined) return undefined;
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const time = local.toPlainTime();
  const [afterFrom, beforeTo] = [
    Temporal.PlainTime.compare(time, from) >= 0,
    Temporal.PlainTime.compare(time, to) < 0,
  ];
  const isOvernight = Temporal.PlainTime.compare(from, to) > 0;
  if (isOvernight ? !afterFrom && !beforeTo : !afterFrom || !beforeTo) return undefined;
  const day = isOvernight && afterFrom ? local.toPlainDate().add({ days: 1 }) : local.toPlainDate();
  return day.toZonedDateTime({ timeZone, plainTime: to }).epochMilliseconds;
}
