import type { CalendarUnit } from "@energylive/core/energy/calendar";
import type { EnergyRange, EnergySum } from "@energylive/core/profile/sums";
import type { CostSum } from "@energylive/core/tariff/cost";

/** What `energylive energy` shows, in whatever format. */
export interface Report {
  by: CalendarUnit;
  time_zone: string;
  range: EnergyRange;
  devices: string[];
  periods: EnergySum[];
  total: EnergySum | undefined;
  compared?: EnergySum[];
  comparedTotal?: EnergySum | undefined;
  /** A cost for each period. */
  costs?: CostSum[];
  totalCost?: CostSum | undefined;
  /** Whose market prices these are, for a person. */
  priceSources?: string | undefined;
}

export function kwh(wh: number | null): string {
  return wh === null ? "-" : (wh / 1_000).toFixed(3);
}

/** `2026-11-25 14:15`, `2026-11-25`, `2026-11`, `2026`; a week by its Monday. */
export function periodName(at: number, by: CalendarUnit, timeZone: string): string {
  // The Swedish form is that of ISO 8601.
  const shown = new Date(at).toLocaleString("sv", { timeZone });
  const length = { quarter: 16, hour: 16, day: 10, week: 10, month: 7, year: 4 }[by];
  return shown.slice(0, length);
}
