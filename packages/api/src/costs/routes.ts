import type { Clock } from "@energylive/core/clock";
import { DEFAULT_TIME_ZONE, type Device } from "@energylive/core/device/device";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { attributionOf } from "@energylive/core/price/source";
import { compareTariffs } from "@energylive/core/tariff/compare";
import { COST_PARTS, CostSums, totalCost } from "@energylive/core/tariff/cost";
import { euros } from "@energylive/core/tariff/money";
import type { TariffStore } from "@energylive/core/tariff/store";
import { usesMarket } from "@energylive/core/tariff/tariff";
import type { Hono } from "hono";
import * as z from "zod";

import type { CostSeries, TariffComparison, TariffList } from "../contract.ts";
import { numberCell, periodCells, periodColumns, sheetOf } from "../csv/sheet.ts";
import { LONGEST_RANGE_MS, type PeriodsQuery, periodsQuery, periodsSheetQuery } from "../energy/query.ts";
import { badRequest, RequestProblem } from "../problem.ts";
import { deviceId, instant, parseQuery, zone } from "../query.ts";
import { type Costs, costAnswer, validTariffs } from "./reader.ts";

const CompareQuery = z.object({ device: deviceId, from: instant, to: instant, zone });

const COUNTS = ["priced", "no_price", "not_measured"] as const;

const CSV_COLUMNS = [
  ...periodColumns,
  ...["cost", ...COST_PARTS, "earned"].map((name) => `${name}_eur`),
  ...COUNTS,
  "unpriced_wh",
  "unpriced_export_wh",
];

/** More digits than a person needs, so that a column adds up. */
const EUR_DIGITS = 6;

export interface CostParts {
  costs: Costs;
  tariffs: TariffStore;
  registry: DeviceRegistry;
  clock: Clock;
}

export function addCostRoutes(app: Hono, { costs, tariffs, registry, clock }: CostParts): void {
  async function pricedDevice(device_id: string): Promise<Device | { device_id: string; time_zone: string }> {
    // A device that was removed still has its load profiles.
    const found = await registry.find(device_id);
    return found?.device ?? { device_id, time_zone: DEFAULT_TIME_ZONE };
  }

  async function costsOf({ device: id, unit, zone: timeZone, ...range }: PeriodsQuery) {
    const device = await pricedDevice(id);
    const reader = await costs.open(range, device);
    const basis = await reader.basisOf(device);
    const sums = new CostSums(unit, timeZone, range, clock.now());
    if (basis !== undefined) sums.add(basis);
    const versions = basis?.versions ?? [];
    return {
      tariff: "tariff" in device ? (device.tariff ?? null) : null,
      versions,
      periods: sums.result(),
      sources: versions.some(usesMarket) ? reader.priceSources : [],
    };
  }

  app.get("/api/costs", async (context) => {
    const { tariff, versions, periods, sources } = await costsOf(periodsQuery(context));
    const total = totalCost(periods);
    return context.json({
      tariff,
      is_known: versions.length > 0,
      periods: periods.map(costAnswer),
      total: total === undefined ? null : costAnswer(total),
      price_sources: sources.map(attributionOf),
    } satisfies CostSeries);
  });

  app.get("/api/costs.csv", async (context) => {
    const query = periodsSheetQuery(context);
    const begun = (await costsOf(query)).periods.filter(({ from }) => from < clock.now());
    const eur = (amount: bigint | null) =>
      numberCell(amount === null ? null : euros(amount, EUR_DIGITS), query);
    const rows = begun.map(({ parts, ...period }) => [
      ...periodCells(period, query),
      eur(period.cost),
      ...COST_PARTS.map((part) => eur(parts[part])),
      eur(period.earned),
      ...COUNTS.map((count) => period.quarter_hours[count]),
      numberCell(period.unpriced_wh, query),
      numberCell(period.unpriced_export_wh, query),
    ]);
    const { body, headers } = sheetOf("costs", CSV_COLUMNS, rows, query);
    return context.body(body, 200, headers);
  });

  app.get("/api/tariffs", async (context) => {
    const names = (await tariffs.all()).map(({ tariff, invalid }) => (tariff ?? invalid).tariff);
    return context.json({ tariffs: [...new Set(names)] } satisfies TariffList);
  });

  app.get("/api/tariffs/compare", async (context) => {
    const { device: id, zone: timeZone, ...range } = parseQuery(context, CompareQuery);
    if (range.to <= range.from) throw badRequest("to is not after from");
    if (range.to - range.from > LONGEST_RANGE_MS) throw badRequest("from and to span more than three years");
    const device = await pricedDevice(id);
    const versions = validTariffs(await tariffs.all());
    const reader = await costs.open(range, device);
    const basis = await reader.basisWith(versions, device);
    if (basis === undefined) throw new RequestProblem(409, { code: "no_profile", device_id: id });
    const compared = compareTariffs(basis, { by: "month", zone: timeZone, range, now: clock.now() });
    return context.json({
      own: "tariff" in device ? (device.tariff ?? null) : null,
      from: Math.max(range.from, basis.since),
      to: range.to,
      tariffs: compared.map(({ tariff, balance, total, periods }) => ({
        tariff,
        balance: euros(balance, EUR_DIGITS),
        total: costAnswer(total),
        months: periods.map(costAnswer),
      })),
      price_sources: versions.some(usesMarket) ? reader.priceSources.map(attributionOf) : [],
    } satisfies TariffComparison);
  });
}
