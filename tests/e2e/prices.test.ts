import { createLog } from "@energylive/core/log";
import { type DayPrices, isComplete } from "@energylive/core/price/prices";
import { createPriceStore } from "@energylive/core/price/store";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { PricesEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { createPricesHandler } from "@energylive/functions/prices-handler";
import { marketPrice } from "@energylive/simulator/prices";
import { startSimulatedApi } from "@energylive/simulator/server";
import { describe, expect, it } from "vitest";

import { type Collector, startCollector } from "./collector.ts";

const ZONE = "Europe/Vienna";
const QUARTER = 900_000;

/** In the afternoon of the day on which clocks go back. */
const OCTOBER = Date.parse("2026-10-25T15:00:00+01:00");

interface World extends AsyncDisposable {
  collector: Collector;
  clock: { at: number };
  /** The requests to the price API, and what they are answered with instead. */
  asked: string[];
  failWith: { status?: number };
  run(source?: string): ReturnType<ReturnType<typeof createPricesHandler>>;
  stored(since: string, until: string): Promise<DayPrices[]>;
  /** Gives a device a load profile of a day. */
  profile(day: string): Promise<void>;
  warnings: string[];
}

async function startWorld(at: number): Promise<World> {
  const collector = await startCollector({ devices: 1 });
  const clock = { at };
  const api = await startSimulatedApi({ deviceCount: 0, now: () => clock.at });
  const { dynamodb, names } = collector.stack;
  const asked: string[] = [];
  const failWith: World["failWith"] = {};
  const warnings: string[] = [];
  const store = createPriceStore({ dynamodb, table: names.pricesTable });
  const log = createLog({ level: "warn", destination: { write: (line) => void warnings.push(line) } });
  return {
    collector,
    clock,
    asked,
    failWith,
    warnings,
    run: (source = "energy-charts") =>
      createPricesHandler({
        environment: parseEnvironment(PricesEnvironment, {
          STAGE: "test",
          ...tableVariables(names),
          ENERGYLIVE_PRICE_SOURCE: source,
          ENERGYLIVE_PRICE_URL: api.priceUrl,
        }),
        dynamodb,
        fetch: async (url, init) => {
          asked.push(`${url.pathname}${url.search}`);
          return failWith.status === undefined
            ? fetch(url, init)
            : new Response("", { status: failWith.status });
        },
        clock: { now: () => clock.at, sleep: async () => {} },
        log,
      })(),
    stored: (since, until) => store.read(since, until),
    async profile(day) {
      const [device_id = ""] = collector.ids;
      await collector.put({ device_id });
      await createProfileStore({ dynamodb, table: names.profilesTable }).write(
        emptyProfile(device_id, namedDay(ZONE, day), ZONE),
      );
    },
    async [Symbol.asyncDispose]() {
      await api.close();
      await collector[Symbol.asyncDispose]();
    },
  };
}

const expected = (day: string) => {
  const { from, to } = namedDay(ZONE, day);
  return Array.from({ length: (to - from) / QUARTER }, (_, index) => marketPrice(from + index * QUARTER));
};

describe("market prices", () => {
  it("are read for today and tomorrow, once, with a price per quarter-hour of a day of 25 hours", async () => {
    await using world = await startWorld(OCTOBER);
    expect(await world.run()).toEqual({ asked: 1, written: 2, incomplete: 0 });
    const [today, tomorrow] = await world.stored("2026-10-25", "2026-10-26");
    expect(today?.eur_per_mwh).toHaveLength(100);
    expect(today?.eur_per_mwh).toEqual(expected("2026-10-25"));
    expect(tomorrow?.eur_per_mwh).toEqual(expected("2026-10-26"));
    expect(await world.run()).toEqual({ asked: 0, written: 0, incomplete: 0 });
    expect(world.asked).toHaveLength(1);
  });

  it("of tomorrow are asked for from noon on, until they are published", async () => {
    await using world = await startWorld(Date.parse("2026-11-25T11:30:00+01:00"));
    expect(await world.run()).toMatchObject({ asked: 1, written: 1, incomplete: 0 });
    expect(await world.run()).toMatchObject({ asked: 0 });
    world.clock.at = Date.parse("2026-11-25T12:30:00+01:00");
    expect(await world.run()).toMatchObject({ asked: 1, written: 0, incomplete: 1 });
    world.clock.at = Date.parse("2026-11-25T13:30:00+01:00");
    expect(await world.run()).toMatchObject({ asked: 1, written: 1, incomplete: 0 });
  });

  it.each(["awattar", "smartenergy"])("are the same from %s, as far as it has them", async (source) => {
    await using world = await startWorld(Date.parse("2026-11-25T14:00:00+01:00"));
    await world.run(source);
    const [today] = await world.stored("2026-11-25", "2026-11-25");
    const quarters = expected("2026-11-25");
    const hourly = quarters.map((_, index) => {
      const hour = quarters.slice(index - (index % 4), index - (index % 4) + 4);
      return Math.round((hour.reduce((sum, price) => sum + price, 0) / 4) * 100) / 100;
    });
    expect(today?.eur_per_mwh).toEqual(source === "awattar" ? hourly : quarters);
    expect(today?.source).toBe(`${source} (127.0.0.1)`);
  });

  it("reach back to the first load profile, a quarter of a year with each run", async () => {
    await using world = await startWorld(Date.parse("2026-11-25T09:00:00+01:00"));
    await world.profile("2026-07-01");
    expect(await world.run()).toMatchObject({ asked: 2, incomplete: 55 });
    expect(await world.run()).toMatchObject({ asked: 1, written: 55, incomplete: 0 });
    expect(await world.run()).toMatchObject({ asked: 0 });
    const days = await world.stored("2026-07-01", "2026-11-25");
    expect(days).toHaveLength(148);
    expect(days.every(isComplete)).toBe(true);
    expect(days[0]?.eur_per_mwh).toEqual(expected("2026-07-01"));
  });

  it("are never replaced by fewer, and a day that has some is completed", async () => {
    await using world = await startWorld(Date.parse("2026-11-25T09:00:00+01:00"));
    const { dynamodb, names } = world.collector.stack;
    const store = createPriceStore({ dynamodb, table: names.pricesTable });
    const half = (known: (index: number) => boolean): DayPrices => ({
      day: "2026-11-25",
      eur_per_mwh: Array.from({ length: 96 }, (_, index) => (known(index) ? 1_000 + index : null)),
      source: "test",
      fetched_at: new Date(world.clock.at).toISOString(),
    });
    const first = await store.add(
      half((index) => index < 50),
      undefined,
    );
    expect(
      await store.add(
        half((index) => index < 10),
        undefined,
      ),
    ).toBeUndefined();
    await store.add(
      half((index) => index > 90),
      first,
    );
    await world.run();
    const [today] = await world.stored("2026-11-25", "2026-11-25");
    expect(today?.eur_per_mwh).toEqual(expected("2026-11-25"));
    expect(
      await store.add(
        half(() => false),
        today,
      ),
    ).toBeUndefined();
  });

  it("are a warning while today's are known, and an error once they are not", async () => {
    await using world = await startWorld(Date.parse("2026-11-25T11:00:00+01:00"));
    await world.run();
    world.failWith.status = 503;
    world.clock.at = Date.parse("2026-11-25T14:00:00+01:00");
    expect(await world.run()).toEqual({ asked: 1, written: 0, incomplete: 1 });
    expect(world.warnings.join()).toContain("prices_not_read");
    expect(world.warnings.join()).toContain("answered /price with status 503");
    world.clock.at = Date.parse("2026-11-26T00:30:00+01:00");
    await expect(world.run()).rejects.toThrow("answered /price with status 503");
  });

  it("are not asked for where nobody wants them", async () => {
    await using world = await startWorld(OCTOBER);
    expect(await world.run("none")).toEqual({ asked: 0, written: 0, incomplete: 0 });
    expect(world.asked).toEqual([]);
  });
});
