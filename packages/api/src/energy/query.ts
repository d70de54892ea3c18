import { CALENDAR_UNITS } from "@energylive/core/energy/calendar";
import type { Context } from "hono";
import * as z from "zod";

import { sheetQuery } from "../csv/sheet.ts";
import { badRequest } from "../problem.ts";
import { deviceId, instant, parseQuery, zone } from "../query.ts";

/** Eleven days of quarter-hours, six weeks of hours, or three years of days. */
const MOST_PERIODS = 1_100;

const HOUR_MS = 3_600_000;
const DAY_MS = 23 * HOUR_MS;
const SHORTEST_MS = {
  quarter: HOUR_MS / 4,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 28 * DAY_MS,
  year: 365 * DAY_MS,
} as const;

/** Two megabytes of profiles of a device. */
export const LONGEST_RANGE_MS = MOST_PERIODS * 24 * HOUR_MS;

const PeriodsQuery = z.object({
  device: deviceId,
  from: instant,
  to: instant,
  unit: z.enum(CALENDAR_UNITS, `is none of ${CALENDAR_UNITS.join(", ")}`),
  zone,
});
export type PeriodsQuery = z.infer<typeof PeriodsQuery>;

const PeriodsSheetQuery = PeriodsQuery.extend(sheetQuery);

/** The periods of a device that a request asks for. @throws {RequestProblem} */
export function periodsQuery(context: Context): PeriodsQuery {
  return bounded(parseQuery(context, PeriodsQuery));
}

/** The same as a file. @throws {RequestProblem} */
export function periodsSheetQuery(context: Context): z.infer<typeof PeriodsSheetQuery> {
  return bounded(parseQuery(context, PeriodsSheetQuery));
}

function bounded<Query extends PeriodsQuery>(query: Query): Query {
  boundedPeriods(query, { from: "from", to: "to" });
  return query;
}

/**
 * @param named how the request names both ends
 * @throws {RequestProblem} for a range that has no end, or too many periods
 */
export function boundedPeriods(
  { from, to, unit }: Pick<PeriodsQuery, "from" | "to" | "unit">,
  named: { from: string; to: string },
): void {
  if (to <= from) throw badRequest(`${named.to} is not after ${named.from}`);
  if ((to - from) / SHORTEST_MS[unit] > MOST_PERIODS || to - from > LONGEST_RANGE_MS)
    throw badRequest(
      `${named.from} and ${named.to} span more than ${MOST_PERIODS} periods: choose a longer unit`,
    );
}
