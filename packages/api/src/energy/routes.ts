import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { EnergySums } from "@energylive/core/profile/sums";
import type { Hono } from "hono";
import * as z from "zod";

import type { EnergySeries } from "../contract.ts";
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

export function addEnergyRoutes(
  app: Hono,
  parts: { energy: EnergyReader; registry: DeviceRegistry; clock: Clock },
): void {
  const { energy, registry, clock } = parts;

  app.get("/api/energy", async (context) => {
    const { device: device_id, from, to, unit, zone: timeZone } = parseQuery(context, Query);
    if (to <= from) throw badRequest("to is not after from");
    if ((to - from) / SHORTEST_MS[unit] > MOST_PERIODS || to - from > LONGEST_RANGE_MS)
      throw badRequest(`from and to span more than ${MOST_PERIODS} periods: choose a longer unit`);
    const range = { from, to };
    const found = await registry.find(device_id);
    const sums = new EnergySums(unit, timeZone, range);
    for (const profile of await energy.profiles(found?.device ?? { device_id }, range)) sums.add(profile);
    return context.json({ periods: sums.result({ now: clock.now(), devices: 1 }) } satisfies EnergySeries);
  });
}
