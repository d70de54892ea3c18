import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { type EnergySum, EnergySums } from "@energylive/core/profile/sums";
import type { Hono } from "hono";

import type { EnergySeries } from "../contract.ts";
import { numberCell, periodCells, periodColumns, sheetOf } from "../csv/sheet.ts";
import { type PeriodsQuery, periodsQuery, periodsSheetQuery } from "./query.ts";
import type { EnergyReader } from "./reader.ts";

const CSV_COLUMNS = [...periodColumns, "drawn_wh", "fed_in_wh", "estimated", "reset"];

export function addEnergyRoutes(
  app: Hono,
  parts: { energy: EnergyReader; registry: DeviceRegistry; clock: Clock },
): void {
  const { energy, registry, clock } = parts;

  async function sums({
    device: device_id,
    from,
    to,
    unit,
    zone: timeZone,
  }: PeriodsQuery): Promise<EnergySum[]> {
    const range = { from, to };
    const found = await registry.find(device_id);
    const periods = new EnergySums(unit, timeZone, range);
    for (const profile of await energy.profiles(found?.device ?? { device_id }, range)) periods.add(profile);
    return periods.result({ now: clock.now(), devices: 1 });
  }

  app.get("/api/energy", async (context) =>
    context.json({ periods: await sums(periodsQuery(context)) } satisfies EnergySeries),
  );

  app.get("/api/energy.csv", async (context) => {
    const query = periodsSheetQuery(context);
    // Of the future there is nothing to say.
    const begun = (await sums(query)).filter(({ from }) => from < clock.now());
    const rows = begun.map((period) => [
      ...periodCells(period, query),
      numberCell(period.import_wh, query),
      numberCell(period.export_wh, query),
      String(period.quarter_hours.estimated > 0),
      String(period.quarter_hours.reset > 0),
    ]);
    const { body, headers } = sheetOf("energy", CSV_COLUMNS, rows, query);
    return context.body(body, 200, headers);
  });
}
