import type { Clock } from "@energylive/core/clock";
import type { DeviceRegistry } from "@energylive/core/device/registry";
import { startOfDay } from "@energylive/core/energy/calendar";
import { pricedQuarterHours } from "@energylive/core/price/cheapest";
import { MARKET_ZONE, marketDay } from "@energylive/core/price/prices";
import { attributionOf } from "@energylive/core/price/source";
import type { PriceStore } from "@energylive/core/price/store";
import { EnergySums } from "@energylive/core/profile/sums";
import type { OpenAPIHono } from "@hono/zod-openapi";

import { findDevice } from "../devices/routes.ts";
import { boundedPeriods, LONGEST_RANGE_MS } from "../energy/query.ts";
import type { EnergyReader } from "../energy/reader.ts";
import { badRequest } from "../problem.ts";
import { ROUTES } from "./schemas.ts";
import { iso } from "./time.ts";

const DAY_MS = 86_400_000;
const DEFAULT_ENERGY_DAYS = 31;

export interface EnergyParts {
  registry: DeviceRegistry;
  energy: EnergyReader;
  prices: PriceStore;
  clock: Clock;
}

/** How much a device draws and feeds in, and what power costs on the market. */
export function addEnergy(app: OpenAPIHono, parts: EnergyParts): void {
  const { registry, energy, prices, clock } = parts;

  app.openapi(ROUTES.energy, async (context) => {
    const { device: device_id } = context.req.valid("param");
    const { by, zone, ...range } = context.req.valid("query");
    const now = clock.now();
    const to = range.until === undefined ? now : Date.parse(range.until);
    const from = range.since === undefined ? to - DEFAULT_ENERGY_DAYS * DAY_MS : Date.parse(range.since);
    boundedPeriods({ from, to, unit: by }, { from: "since", to: "until" });
    const { device = { device_id } } = await findDevice(registry, device_id);
    const sums = new EnergySums(by, zone, { from, to });
    for (const profile of await energy.profiles(device, { from, to })) sums.add(profile);
    const periods = sums.result({ now, devices: 1 }).map((period) => ({
      ...period,
      from: iso(period.from),
      to: iso(period.to),
      peak: period.peak === null ? null : { watts: period.peak.watts, at: iso(period.peak.at) },
    }));
    return context.json({ device_id, periods }, 200);
  });

  app.openapi(ROUTES.prices, async (context) => {
    const { since, until } = context.req.valid("query");
    const from = since === undefined ? startOfDay(MARKET_ZONE, clock.now()) : Date.parse(since);
    const to = until === undefined ? clock.now() + 2 * DAY_MS : Date.parse(until);
    if (from >= to) throw badRequest("since is not before until");
    if (to - from > LONGEST_RANGE_MS) throw badRequest("since and until are more than three years apart");
    const days = await prices.read(marketDay(from).day, marketDay(to).day);
    const quarters = days
      .flatMap(pricedQuarterHours)
      .filter((quarter) => quarter.from >= from && quarter.from < to)
      .map((quarter) => ({ ...quarter, from: iso(quarter.from), to: iso(quarter.to) }));
    return context.json(
      { prices: quarters, sources: [...new Set(days.map(({ source }) => attributionOf(source)))] },
      200,
    );
  });
}
