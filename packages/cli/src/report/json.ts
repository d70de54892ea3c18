import type { EnergySum } from "@energylive/core/profile/sums";
import type { Report, Totals } from "@energylive/core/report/contents";
import type { CostSum } from "@energylive/core/tariff/cost";

import { flatAlert } from "../alerts/store.ts";
import { flatCost } from "../energy/cost.ts";

/** A report for programs. */
export function flatReport(report: Report) {
  const { unit, time_zone, range, title, extremes } = report;
  return {
    title: title ?? null,
    unit,
    time_zone,
    ...timesOf(range),
    is_running: report.isRunning,
    ...flatTotals(report.now),
    previous: flatTotals(report.previous),
    last_year: flatTotals(report.lastYear),
    parts: report.parts.map(({ energy, cost }) => ({ ...timesOf(energy), ...flatTotals({ energy, cost }) })),
    shape_w: report.shape,
    base_load_w: report.baseLoad,
    most: extremes === undefined ? null : dayOf(extremes.most),
    least: extremes === undefined ? null : dayOf(extremes.least),
    alerts: report.alerts.map(flatAlert),
    complete_days: report.complete.days,
    days: report.complete.of,
    members: report.members,
    met_wh: report.met_wh,
    price_sources: report.price_sources,
  };
}

function flatTotals({ energy, cost }: Totals) {
  return { ...flatEnergy(energy), ...(cost === undefined ? {} : flatCost(cost)) };
}

function flatEnergy(energy: EnergySum | undefined) {
  return {
    import_wh: energy?.import_wh ?? null,
    export_wh: energy?.export_wh ?? null,
    peak_w: energy?.peak?.watts ?? null,
    peak_at: energy?.peak == null ? null : new Date(energy.peak.at).toISOString(),
    missing: energy?.quarter_hours.missing ?? null,
  };
}

function dayOf({
  from,
  import_wh,
  cost,
}: {
  from: number;
  import_wh: number | null;
  cost: CostSum | undefined;
}) {
  return {
    from: new Date(from).toISOString(),
    import_wh,
    ...(cost === undefined ? {} : { cost_eur: flatCost(cost).cost_eur }),
  };
}

function timesOf({ from, to }: { from: number; to: number }) {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
