import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { type EnergySum, EnergySums } from "@energylive/core/profile/sums";
import type { Hono } from "hono";
import * as z from "zod";

import type { EnergySeries } from "../contract.ts";
import { csvHead, csvHeaders, csvLines, numberCell, sheetQuery, timeCell } from "../csv/sheet.ts";
import { badRequest } from "../problem.ts";
import { deviceId, instant, parseQuery, zone } from "../query.ts";
import type { EnergyReader } from "./reader.ts";

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
const LONGEST_RANGE_MS = MOST_PERIODS * 24 * HOUR_MS;

const UNITS = ["quarter", "hour", "day", "week", "month", "year"] as const;

const Query = z.object({
  device: deviceId,
  from: instant,
  to: instant,
  unit: z.enum(UNITS, `is none of ${UNITS.join(", ")}`),
  zone,
});

const CsvQuery = Query.extend(sheetQuery);

const CSV_COLUMNS = [
  "device_id",
  "from",
  "from_local",
  "to",
  "to_local",
  "drawn_wh",
  "fed_in_wh",
  "estimated",
  "reset",
];

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
  }: z.infer<typeof Query>): Promise<EnergySum[]> {
    if (to <= from) throw badRequest("to is not after from");
    if ((to - from) / SHORTEST_MS[unit] > MOST_PERIODS || to - from > LONGEST_RANGE_MS)
      throw badRequest(`from and to span more than ${MOST_PERIODS} periods: choose a longer unit`);
    const range = { from, to };
    const found = await registry.find(device_id);
    const periods = new EnergySums(unit, timeZone, range);
    for (const profile of await energy.profiles(found?.device ?? { device_id }, range)) periods.add(profile);
    return periods.result({ now: clock.now(), devices: 1 });
  }

  app.get("/api/energy", async (context) =>
    context.json({ periods: await sums(parseQuery(context, Query)) } satisfies EnergySeries),
  );

  app.get("/api/energy.csv", async (context) => {
    const query = parseQuery(context, CsvQuery);
    // Of the future there is nothing to say.
    const begun = (await sums(query)).filter(({ from }) => from < clock.now());
    const rows = begun.map((period) => [
      query.device,
      ...[period.from, period.to].flatMap((at) => [new Date(at).toISOString(), timeCell(at, query)]),
      numberCell(period.import_wh, query),
      numberCell(period.export_wh, query),
      String(period.quarter_hours.estimated > 0),
      String(period.quarter_hours.reset > 0),
    ]);
    return context.body(
      csvHead(CSV_COLUMNS, query) + csvLines(rows, query),
      200,
      csvHeaders([query.device, `energy-per-${query.unit}`], query, query),
    );
  });
}
