import type { EnergySum } from "@energylive/core/profile/sums";
import type { CostParts, CostSum } from "@energylive/core/tariff/cost";
import { euros } from "@energylive/core/tariff/money";

import { counted } from "../terminal/number.ts";
import { type Column, table } from "../terminal/table.ts";
import { costRemarks } from "./cost.ts";
import { kwh, periodName, type Report } from "./report-contents.ts";

/** Instead of the columns of power and quality. */
const COST_COLUMNS: readonly Column[] = [
  { title: "period" },
  { title: "drawn kWh", align: "right" },
  { title: "energy €", align: "right" },
  { title: "grid, fees €", align: "right" },
  { title: "tax €", align: "right" },
  { title: "cost €", align: "right" },
  { title: "fed in kWh", align: "right" },
  { title: "earned €", align: "right" },
];

/** `energy --cost` */
export function costText({
  by,
  time_zone,
  periods,
  total,
  devices,
  costs = [],
  totalCost,
  priceSources,
}: Report): string {
  const digits = by === "quarter" || by === "hour" ? 4 : 2;
  const rows = periods.map((period, index) => [
    periodName(period.from, by, time_zone),
    ...costCells(period, costs[index], digits),
  ]);
  const totals =
    total === undefined || periods.length < 2 ? [] : [["together", ...costCells(total, totalCost, 2)]];
  return [
    table(COST_COLUMNS, [...rows, ...totals]),
    "",
    `${counted(devices.length, "device")}, ${time_zone}.`,
    ...(totalCost === undefined ? [] : costRemarks(totalCost)),
    ...(priceSources === undefined ? [] : [priceSources]),
  ].join("\n");
}

function costCells({ import_wh, export_wh }: EnergySum, cost: CostSum | undefined, digits: number): string[] {
  const eur = (amount: bigint | null | undefined) =>
    amount === null || amount === undefined ? "-" : euros(amount, digits).toFixed(digits);
  const part = (...parts: readonly (keyof CostParts)[]) =>
    cost === undefined || cost.cost === null
      ? "-"
      : eur(parts.reduce((sum, name) => sum + cost.parts[name], 0n));
  return [
    kwh(import_wh),
    part("energy"),
    part("grid", "levies", "base", "peak"),
    part("vat"),
    eur(cost?.cost),
    kwh(export_wh),
    eur(cost?.earned),
  ];
}
