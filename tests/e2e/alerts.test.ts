import type { AlertRule } from "@energylive/core/alert/rule";
import { type Alert, createAlertStore } from "@energylive/core/alert/store";
import { localDay } from "@energylive/core/profile/quarter-hours";
import { createTariffStore } from "@energylive/core/tariff/store";
import { Tariff } from "@energylive/core/tariff/tariff";
import { describe, expect, it, vi } from "vitest";

import { startCollector } from "./collector.ts";
import { DRAWN, dyingClient, MINUTE, NOON, REGISTER, startWorld, ZONE } from "./watched.ts";

const HOUR = 60 * MINUTE;

const POWER: AlertRule = { rule: "power_above", watts: 1_000, minutes: 15 };

const times = (alerts: readonly Alert[]) =>
  alerts.map(({ began, closed_at }) => [
    new Date(began).toISOString(),
    closed_at === undefined ? "lasts" : closed_at,
  ]);

describe("alerts", () => {
  it("open once and are over once, whatever is repeated, late or at the same time", async () => {
    await using world = await startWorld();
    await world.watch([POWER]);
    await world.power(NOON, 200, 1_500, 1_500, 1_800, 1_500);
    await Promise.all([world.look(NOON), world.look(NOON)]);
    await world.look(NOON - 2 * HOUR);
    expect(await world.alerts()).toMatchObject([
      { rule: POWER, value: 1_800, limit: 1_000, opened_at: "2026-11-25T11:00:00.000Z" },
    ]);
    expect(times(await world.alerts())).toEqual([["2026-11-25T10:45:00.000Z", "lasts"]]);
    world.clock.at += 20 * MINUTE;
    await world.power(NOON + 15 * MINUTE, 950, 850, 1_500);
    await Promise.all([world.look(NOON), world.look(NOON + 15 * MINUTE)]);
    await world.look(NOON);
    expect(times(await world.alerts())).toEqual([["2026-11-25T10:45:00.000Z", "2026-11-25T11:10:00.000Z"]]);
  });

  it.each([true, false])(
    "are the same when the profiler is killed at any request to their table (which it reached: %s)",
    async (isReached) => {
      await using world = await startWorld();
      const { dynamodb, names } = world.collector.stack;
      await world.watch([POWER]);
      await world.power(NOON, 200, 1_500, 1_500, 1_500, 1_500, 800, 1_500, 1_500, 1_500, 1_500, 1_500);
      let failures = 0;
      for (let count = 1; count <= 6; count += 1) {
        const client = dyingClient(dynamodb, names.alertsTable, count, isReached);
        failures += (await world.look(NOON, NOON, client)).length;
      }
      expect(failures).toBeGreaterThan(1);
      expect(await world.look(NOON)).toEqual([]);
      expect(times(await world.alerts())).toEqual([
        ["2026-11-25T10:40:00.000Z", "lasts"],
        ["2026-11-25T10:15:00.000Z", "2026-11-25T10:35:00.000Z"],
      ]);
    },
  );

  it("tell of energy, cost, a peak, the base load and an unusual day", async () => {
    await using world = await startWorld();
    const { dynamodb, names } = world.collector.stack;
    const tariff = { tariff: "Fixed", valid_from: "2020-01-01", energy: { kind: "fixed", ct: 10 } };
    await createTariffStore({ dynamodb, table: names.tariffsTable }).put(Tariff.parse(tariff));
    const rules: AlertRule[] = [
      { rule: "energy_above", kwh: 20, per: "day" },
      { rule: "energy_above", kwh: 50, per: "day" },
      { rule: "cost_above", eur: 10, per: "month" },
      { rule: "base_load_above", watts: 1_500 },
      { rule: "unusual_day", percent: 50 },
    ];
    await world.watch(rules, { tariff: "Fixed" });
    // The Tuesdays before drew 24 kWh each; yesterday 96, and today until noon 24 in twelve hours.
    for (let week = 1; week <= 8; week += 1)
      await world.profile(localDay(ZONE, NOON - (7 * week + 1) * 24 * HOUR).day, 250);
    await world.profile("2026-11-24", 1_000);
    await world.profile("2026-11-25", 500, 48);
    await world.look(NOON - MINUTE);
    const found = (await world.alerts()).map(({ rule, value, began }) => [
      rule.rule,
      value,
      new Date(began).toISOString(),
    ]);
    expect(found.toSorted()).toEqual([
      ["base_load_above", 2_000, "2026-11-24T23:00:00.000Z"],
      // Three of the Tuesdays are in November: 72 + 96 + 24 kWh at 10 ct and 20 %.
      ["cost_above", 23.04, "2026-10-31T23:00:00.000Z"],
      ["energy_above", 24, "2026-11-24T23:00:00.000Z"],
      ["unusual_day", 300, "2026-11-23T23:00:00.000Z"],
    ]);
    world.clock.at = Date.parse("2026-11-26T11:00:00Z");
    await world.profile("2026-11-26", 100, 48);
    await world.look(world.clock.at - MINUTE);
    const over = (await world.alerts()).filter(({ closed_at }) => closed_at !== undefined);
    expect(over.map(({ rule, closed_at }) => [rule.rule, closed_at]).toSorted()).toEqual([
      ["base_load_above", "2026-11-26T11:00:00.000Z"],
      ["energy_above", "2026-11-25T23:00:00.000Z"],
    ]);
  });

  it("foresee a peak while it can be avoided, and keep the one that came", async () => {
    await using world = await startWorld(NOON + 6 * MINUTE);
    const { register } = world;
    await world.watch([{ rule: "peak_above", kw: 3 }]);
    for (const minute of [-30, -15, 0]) await register(minute, 0);
    await register(5, 400);
    await world.look(NOON + 5 * MINUTE);
    // 400 Wh in five minutes.
    expect(await world.alerts()).toMatchObject([{ began: NOON, value: 4.8, closed_at: undefined }]);
    world.clock.at = NOON + 16 * MINUTE;
    await register(10, 800);
    await register(15, 850);
    await world.look(NOON + 5 * MINUTE, NOON + 15 * MINUTE);
    expect(await world.alerts()).toMatchObject([
      { began: NOON, value: 3.4, closed_at: "2026-11-25T11:15:00.000Z" },
    ]);
  });

  it("foresee a peak from all that is stored, though the fetcher tells of what was before its poll", async () => {
    await using world = await startWorld(NOON + 11 * MINUTE);
    const { register } = world;
    const polled = { state: { consecutive_failures: 0, watermarks: { [REGISTER]: NOON + 10 * MINUTE } } };
    await world.watch([{ rule: "peak_above", kw: 5 }], polled);
    for (const minute of [-30, -15, 0]) await register(minute, 0);
    await register(5, 300);
    await register(10, 600);
    // 3.6 kW, and not 600 Wh in five minutes.
    await world.look(NOON + 5 * MINUTE);
    expect(await world.alerts()).toEqual([]);
  });

  it("end with their rule, and watch nothing of a device that is paused", async () => {
    await using world = await startWorld();
    await world.power(NOON, 200, 1_500, 1_500, 1_800, 1_500);
    await world.watch([POWER]);
    await world.look(NOON);
    await world.watch([{ ...POWER, watts: 9_000 }]);
    await world.look(NOON);
    expect(times(await world.alerts())).toEqual([["2026-11-25T10:45:00.000Z", "2026-11-25T11:00:00.000Z"]]);
    await world.watch([{ ...POWER, watts: 900 }], { enabled: false });
    await world.look(NOON);
    expect(await world.alerts()).toHaveLength(1);
  });

  it("cost a device without rules of its own nothing", async () => {
    await using world = await startWorld();
    await world.watch(undefined);
    await world.power(NOON, 200, 1_500);
    const { dynamodb, names } = world.collector.stack;
    // It would fail at its first request to their table.
    expect(await world.look(NOON, NOON, dyingClient(dynamodb, names.alertsTable, 1, false))).toEqual([]);
  });
});

describe("silence", () => {
  it("is noticed by the next run, and over when the device speaks again", async () => {
    await using collector = await startCollector({ devices: 1 });
    const [id = ""] = collector.ids;
    const { dynamodb, names } = collector.stack;
    const store = createAlertStore({ dynamodb, table: names.alertsTable });
    const silentSince = Date.now() - 70 * MINUTE;
    await collector.put({
      device_id: id,
      state: {
        consecutive_failures: 3,
        last_polled_at: new Date(silentSince + 2 * MINUTE).toISOString(),
        watermarks: { [DRAWN]: silentSince },
      },
    });
    collector.api.setFault(id, { kind: "status", status: 503 });
    await collector.stack.poll({});
    await vi.waitFor(async () => expect(await store.unfinished(id)).toHaveLength(1), { timeout: 20_000 });
    // Another run tells it again, and nothing changes.
    await collector.stack.poll({});
    await collector.drained();
    expect(await store.history(id)).toMatchObject([
      { rule: { rule: "no_data", minutes: 60 }, began: silentSince, closed_at: undefined },
    ]);
    collector.api.setFault(id, undefined);
    await collector.stack.poll({ device_ids: [id] });
    await vi.waitFor(async () => expect(await store.unfinished(id)).toEqual([]), { timeout: 20_000 });
    const [alert] = await store.history(id);
    expect(Date.parse(alert?.closed_at ?? "")).toBeGreaterThan(silentSince);
  });
});
