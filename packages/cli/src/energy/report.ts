import type { EnergySum } from "@energylive/core/profile/sums";
import type { CostSum } from "@energylive/core/tariff/cost";
import { stringify } from "csv-stringify/sync";
import { counted } from "../terminal/number.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, table } from "../terminal/table.ts";
import { flatCost } from "./cost.ts";
import { costText } from "./cost-report.ts";
import { kwh, periodName, type Report } from "./report-contents.ts";

export type Format = "table" | "csv" | "json" | "ndjson";

export async function writeReport(report: Report, format: Format, output: Output): Promise<void> {
  const { periods, compared, comparedTotal, total, by, time_zone, range, devices, costs } = report;
  const all = periods.map((period, index) => flat(period, costs?.[index]));
  switch (format) {
    case "json":
      return output.write(
        `${JSON.stringify(
          {
            by,
            time_zone,
            since: new Date(range.from).toISOString(),
            until: new Date(range.to).toISOString(),
            devices,
            periods: all,
            total: total === undefined ? null : flat(total, report.totalCost),
            ...(report.priceSources === undefined ? {} : { price_sources: report.priceSources }),
            ...(compared === undefined
              ? {}
              : {
                  compared: compared.map((period) => flat(period)),
                  compared_total: comparedTotal === undefined ? null : flat(comparedTotal),
                }),
          },
          null,
          2,
        )}\n`,
      );
    case "ndjson":
      return output.write(all.map((period) => `${JSON.stringify(period)}\n`).join(""));
    case "csv":
      return output.write(stringify(all, { header: true }));
    case "table":
      return output.line(report.costs === undefined ? text(report) : costText(report));
  }
}

/** A period without nesting, for programs. */
function flat(
  { from, to, import_wh, export_wh, net_wh, peak, quarter_hours }: EnergySum,
  cost: CostSum | undefined = undefined,
) {
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    import_wh,
    export_wh,
    net_wh,
    peak_w: peak?.watts ?? null,
    peak_at: peak === null ? null : new Date(peak.at).toISOString(),
    ...quarter_hours,
    ...(cost === undefined ? {} : flatCost(cost)),
  };
}

const COLUMNS: readonly Column[] = [
  { title: "period" },
  { title: "drawn kWh", align: "right" },
  { title: "fed in kWh", align: "right" },
  { title: "net kWh", align: "right" },
  { title: "peak kW", align: "right" },
  { title: "measured", align: "right" },
];

const COMPARED_COLUMNS: readonly Column[] = [
  { title: "before", align: "right" },
  { title: "change", align: "right" },
];

function text({ by, time_zone, periods, total, compared, comparedTotal, devices }: Report): string {
  const columns = compared === undefined ? COLUMNS : [...COLUMNS, ...COMPARED_COLUMNS];
  const rows = periods.map((period, index) => [
    periodName(period.from, by, time_zone),
    ...cells(period),
    ...(compared === undefined ? [] : change(period, compared[index])),
  ]);
  const totals =
    total === undefined || periods.length < 2
      ? []
      : [["together", ...cells(total), ...(compared === undefined ? [] : change(total, comparedTotal))]];
  return [
    table(columns, [...rows, ...totals]),
    "",
    `${counted(devices.length, "device")}, ${time_zone}.${remarks(total)}`,
  ].join("\n");
}

function cells({ import_wh, export_wh, net_wh, peak, quarter_hours }: EnergySum): string[] {
  const { measured, estimated, reset, imported, missing } = quarter_hours;
  const all = measured + estimated + reset + imported + missing;
  return [
    kwh(import_wh),
    kwh(export_wh),
    kwh(net_wh),
    peak === null ? "-" : (peak.watts / 1_000).toFixed(2),
    all === 0 ? "-" : `${Math.floor(((measured + imported) / all) * 100)} %`,
  ];
}

function change(now: EnergySum, then: EnergySum | undefined): string[] {
  const before = then?.import_wh ?? null;
  const share =
    before === null || before === 0 || now.import_wh === null ? undefined : now.import_wh / before - 1;
  const sign = share !== undefined && share > 0 ? "+" : "";
  return [kwh(before), share === undefined ? "-" : `${sign}${(share * 100).toFixed(0)} %`];
}

function remarks(total: EnergySum | undefined): string {
  if (total === undefined) return "";
  const { estimated, reset, missing } = total.quarter_hours;
  const parts = [
    estimated > 0 ? `${counted(estimated, "quarter-hour")} estimated` : "",
    reset > 0 ? `${reset} with a register that fell` : "",
    missing > 0 ? `${missing} missing` : "",
  ].filter(Boolean);
  return parts.length === 0 ? "" : ` ${parts.join(", ").replace(/^./, (first) => first.toUpperCase())}.`;
}
