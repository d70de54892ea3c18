import { DEFAULT_TIME_ZONE } from "../device/device.ts";
import { before, startOfPeriod } from "../energy/calendar.ts";
import type { EnergyRange } from "../profile/sums.ts";
import type { ReportUnit } from "./contents.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Late measurements of the last evening have come by then. */
const SETTLED_MS = 5 * HOUR_MS;

/** After that nobody waits for the report any more. */
const LONGEST_MS: Readonly<Record<ReportUnit, number>> = {
  week: 3 * DAY_MS,
  month: 10 * DAY_MS,
  year: 30 * DAY_MS,
};

/** The ends of the world's days: if nothing is due in these zones and the usual one, nothing is anywhere. */
const ZONES = ["Pacific/Kiritimati", DEFAULT_TIME_ZONE, "Pacific/Pago_Pago"];

/** The week, month or year that is over in a zone and is to be reported now. */
export function duePeriod(unit: ReportUnit, zone: string, now: number): EnergyRange | undefined {
  const to = startOfPeriod(unit, zone, now);
  const since = now - to;
  return since >= SETTLED_MS && since < LONGEST_MS[unit]
    ? { from: before(unit, zone, to, 1), to }
    : undefined;
}

/** Whether a report may be due for anybody. */
export function isAnyDue(units: Iterable<ReportUnit>, now: number): boolean {
  return [...units].some((unit) => ZONES.some((zone) => duePeriod(unit, zone, now) !== undefined));
}
