import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type {
  CostSeries,
  DeviceDetail,
  DeviceSummary,
  PriceDay,
  PriceSeries,
  TariffComparison,
} from "@energylive/api/contract";
import { createPriceStore } from "@energylive/core/price/store";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { createTariffStore } from "@energylive/core/tariff/store";
import { Tariff } from "@energylive/core/tariff/tariff";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const ZONE = "Europe/Vienna";
const QUARTER = 900_000;
const HOME = "I-01012020-00000001";
const BARE = "I-01012020-00000002";
const LOST = "I-01012020-00000003";
const BROKEN = "I-01012020-00000004";
const NEW = "I-01012020-00000005";

/** Noon in Vienna. */
const NOW = Date.parse("2026-06-03T10:00Z");
const RANGE = { from: Date.parse("2026-05-31T22:00Z"), to: Date.parse("2026-06-03T22:00Z") };

const SPOT = {
  tariff: "Spot",
  valid_from: "2026-01-01",
  energy: { kind: "spot", markup_ct: 2 },
  grid: [{ ct: 8 }],
  levies: [{ name: "levy", ct: 1 }],
  base_fees: [{ name: "grid", eur_per_month: 3 }],
  feed_in: { kind: "fixed", ct: 5 },
};
const FIXED = { tariff: "Fixed", valid_from: "2026-06-02", energy: { kind: "fixed", ct: 30 } };

let collector: Collector;
let dashboard: TestDashboard;

/** Three days of a kWh an hour drawn and 0.4 fed in, the last one until noon; 10 ct/kWh, unknown in the first hour of the second day. */
beforeAll(async () => {
  collector = await startCollector();
  const { dynamodb, names } = collector.stack;
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const prices = createPriceStore({ dynamodb, table: names.pricesTable });
  const tariffs = createTariffStore({ dynamodb, table: names.tariffsTable });
  for (const day of ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"]) {
    const isKnown = (index: number) => day < "2026-06-03" || (day === "2026-06-03" && index < 48);
    for (const id of [HOME, BARE, LOST, BROKEN])
      await profiles.write({
        ...emptyProfile(id, namedDay(ZONE, day), ZONE),
        import_wh: Array.from({ length: 96 }, (_, index) => (isKnown(index) ? 250 : null)),
        export_wh: Array.from({ length: 96 }, (_, index) => (isKnown(index) ? 100 : null)),
        quality: Array.from({ length: 96 }, (_, index) => (isKnown(index) ? "m" : "-")).join(""),
      });
    await prices.add(
      {
        day,
        eur_per_mwh: Array.from({ length: 96 }, (_, index) =>
          day === "2026-06-02" && index < 4 ? null : day === "2026-06-03" ? 100 + index : 100,
        ),
        source: "energy-charts",
        fetched_at: "2026-06-03T08:00:00.000Z",
      },
      undefined,
    );
  }
  for (const tariff of [SPOT, FIXED]) await tariffs.put(Tariff.parse(tariff));
  await dynamodb.send(
    new PutItemCommand({
      TableName: names.tariffsTable,
      Item: { tariff: { S: "Broken" }, valid_from: { S: "2026-01-01" }, energy: { S: "cheap" } },
    }),
  );
  await collector.put({ device_id: HOME, tariff: "Spot" });
  await collector.put({ device_id: BARE });
  await collector.put({ device_id: LOST, tariff: "Forgotten" });
  await collector.put({ device_id: BROKEN, tariff: "Broken" });
  await collector.put({ device_id: NEW, tariff: "Spot" });
  dashboard = await openDashboard(collector, { clock: { now: () => NOW, sleep: async () => {} } });
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

function address(path: string, query: Record<string, string | number>): string {
  const texts = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return `${path}?${new URLSearchParams(texts)}`;
}

const costs = (device: string, query: Record<string, string | number> = {}) =>
  dashboard.json<CostSeries>(address("/api/costs", { device, unit: "day", zone: ZONE, ...RANGE, ...query }));

describe("costs", () => {
  it("are told by part, with the tax once and what is earned apart", async () => {
    const { tariff, is_known, periods, total, price_sources } = await costs(HOME);
    expect({ tariff, is_known, price_sources }).toEqual({
      tariff: "Spot",
      is_known: true,
      price_sources: ["energy-charts.info (Fraunhofer ISE), CC BY 4.0"],
    });
    const [first, second] = periods;
    const net = { energy: 24 * 0.12, grid: 24 * 0.08, levies: 24 * 0.01, base: 0.1, peak: 0 };
    const vat = 0.2 * (net.energy + net.grid + net.levies + net.base);
    for (const [part, eur] of Object.entries({ ...net, vat }))
      expect(first?.parts[part as keyof typeof net], part).toBeCloseTo(eur, 6);
    expect(first?.cost).toBeCloseTo(6 * vat, 6);
    expect(first?.earned).toBeCloseTo(24 * 0.4 * 0.05, 6);
    // An hour without a market price is named, and its fees are there.
    expect(second?.quarter_hours).toEqual({ priced: 92, no_price: 4, not_measured: 0 });
    expect(second?.unpriced_wh).toBe(1_000);
    expect(second?.parts.base).toBeCloseTo(0.1, 6);
    expect(total?.cost).toBeCloseTo(
      periods.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
      5,
    );
  });

  it("are not known without a tariff, nor with one that nobody knows", async () => {
    const bare = await costs(BARE);
    expect(bare).toMatchObject({ tariff: null, is_known: false, price_sources: [] });
    expect(bare.periods.map(({ cost }) => cost)).toEqual([null, null, null]);
    expect(await costs(LOST)).toMatchObject({ tariff: "Forgotten", is_known: false });
  });

  it("say which item is wrong", async () => {
    const answer = await dashboard.get(
      address("/api/costs", { device: BROKEN, unit: "day", zone: ZONE, ...RANGE }),
    );
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: "tariff_invalid",
      tariff: "Broken",
      valid_from: "2026-01-01",
      said: expect.stringMatching(/^energy: /),
    });
  });

  it("of today are in the summary of a card, and do not keep it from showing what was measured", async () => {
    const summary = (id: string) =>
      dashboard.json<DeviceSummary>(address(`/api/devices/${id}/summary`, { zone: ZONE }));
    // 250 Wh a quarter-hour at 2 ct and a market price that rises from 10 ct by 0.1 ct.
    const energy = Array.from({ length: 48 }, (_, index) => 0.25 * (0.12 + index / 1_000)).reduce(
      (sum, eur) => sum + eur,
    );
    const { cost } = await summary(HOME);
    expect(cost?.cost).toBeCloseTo(1.2 * (energy + 12 * 0.09 + 0.05), 6);
    expect(cost?.earned).toBeCloseTo(12 * 0.4 * 0.05, 6);
    expect(cost?.is_partial).toBe(false);
    for (const id of [BARE, LOST, BROKEN])
      expect(await summary(id)).toMatchObject({ cost: null, import: { today_wh: 12_000 } });
    expect((await summary(NEW)).cost).toBeNull();
  });

  it("are downloaded as far as they have begun, as the viewer's spreadsheet reads them", async () => {
    const answer = await dashboard.get(
      address("/api/costs.csv", { device: HOME, unit: "hour", zone: ZONE, decimal: "comma", ...RANGE }),
    );
    expect(answer.headers.get("content-disposition")).toContain("costs-per-hour_2026-06-01_2026-06-03.csv");
    const rows: Record<string, string>[] = parse(await answer.text(), {
      columns: true,
      bom: true,
      delimiter: ";",
    });
    expect(rows).toHaveLength(60);
    expect(rows[0]).toMatchObject({
      device_id: HOME,
      from_local: "2026-06-01T00:00:00.000+02:00",
      energy_eur: "0,12",
      levies_eur: "0,01",
      earned_eur: "0,02",
      priced: "4",
    });
    expect(rows[24]).toMatchObject({ cost_eur: "", no_price: "4", unpriced_wh: "1000" });
  });
});

describe("tariffs", () => {
  it("are compared on a device's own quarter-hours, once every item of them is valid", async () => {
    const path = address("/api/tariffs/compare", { device: BARE, zone: ZONE, ...RANGE });
    expect((await dashboard.get(path)).status).toBe(409);
    const { dynamodb, names } = collector.stack;
    await createTariffStore({ dynamodb, table: names.tariffsTable }).remove("Broken", "2026-01-01");
    const compared = await dashboard.json<TariffComparison>(path);
    expect(compared.tariffs.map(({ tariff }) => tariff)).toEqual(["Spot", "Fixed"]);
    const [spot, fixed] = compared.tariffs;
    // Also before it was valid.
    expect(fixed?.total.cost).toBeCloseTo(60 * 0.3 * 1.2, 6);
    expect(spot?.balance).toBeCloseTo((spot?.total.cost ?? 0) - (spot?.total.earned ?? 0), 6);
    expect(spot?.months).toHaveLength(1);
    expect(compared.own).toBeNull();
    const none = await dashboard.get(address("/api/tariffs/compare", { device: NEW, zone: ZONE, ...RANGE }));
    expect([none.status, await none.json()]).toEqual([409, { code: "no_profile", device_id: NEW }]);
  });

  it("are named, and chosen for a device", async () => {
    expect(await dashboard.json("/api/tariffs")).toEqual({ tariffs: ["Fixed", "Spot"] });
    const choose = (tariff: string | null) => dashboard.post(`/api/devices/${BARE}`, { tariff });
    const chosen = async () => (await dashboard.json<DeviceDetail>(`/api/devices/${BARE}`)).tariff;
    expect((await choose("Fixed")).status).toBe(200);
    expect(await chosen()).toBe("Fixed");
    const refused = await choose("Nobody's");
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { code: "tariff_unknown", tariff: "Nobody's" },
    ]);
    expect((await choose(null)).status).toBe(200);
    expect(await chosen()).toBeNull();
  });
});

describe("prices", () => {
  it("are told as means of buckets, and nothing where none is known", async () => {
    const from = Date.parse("2026-06-01T22:00Z");
    const hours = await dashboard.json<PriceSeries>(
      address("/api/prices", { from, to: from + 25 * 4 * QUARTER, bucket: 4 * QUARTER }),
    );
    expect(hours.prices).toHaveLength(24);
    expect(hours.prices[0]).toEqual([from + 4 * QUARTER, 100]);
    expect(hours.prices.at(-1)).toEqual([from + 24 * 4 * QUARTER, 101.5]);
    expect(hours.price_sources).toEqual(["energy-charts.info (Fraunhofer ISE), CC BY 4.0"]);
    const refused = await dashboard.get(address("/api/prices", { from, to: from + QUARTER, bucket: 60_000 }));
    expect(await refused.json()).toMatchObject({
      code: "bad_request",
      said: expect.stringContaining("bucket"),
    });
  });

  it("of a day come with the cheapest hours in a row that are not over", async () => {
    const day = (query: Record<string, string | number>) =>
      dashboard.json<PriceDay>(address("/api/prices/day", query));
    const today = await day({ day: "today", hours: 2 });
    expect(today.prices).toHaveLength(96);
    expect(today.cheapest).toEqual({ from: NOW, to: NOW + 8 * QUARTER, eur_per_mwh: 151.5 });
    expect((await day({ day: "2026-06-01" })).cheapest).toBeNull();
    const tomorrow = await day({ day: "tomorrow" });
    expect(tomorrow).toMatchObject({ from: RANGE.to, cheapest: { from: RANGE.to, eur_per_mwh: 100 } });
    expect((await day({ day: "2026-06-05" })).prices).toEqual([]);
    expect((await dashboard.get("/api/prices/day?day=someday")).status).toBe(400);
  });
});
