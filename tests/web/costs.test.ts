import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marketDay } from "@energylive/core/price/prices";
import { createPriceStore } from "@energylive/core/price/store";
import { emptyProfile } from "@energylive/core/profile/profile";
import { type LocalDay, quarterHoursOf } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { createTariffStore } from "@energylive/core/tariff/store";
import { Tariff } from "@energylive/core/tariff/tariff";
import { describe, expect } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { violations } from "./support/axe.ts";
import { englishOn } from "./support/english.ts";
import { isBrowserMissing, screenshot, settled, test } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

const ZONE = "Europe/Vienna";
const QUARTER = 900_000;

const SPOT = {
  tariff: "Spot",
  valid_from: "2020-01-01",
  energy: { kind: "spot", markup_ct: 2 },
  grid: [{ ct: 8 }],
  feed_in: { kind: "fixed", ct: 5 },
};
const FIXED = { tariff: "Fixed", valid_from: "2020-01-01", energy: { kind: "fixed", ct: 10 } };

/**
 * A household with a kWh an hour drawn and 0.4 fed in, yesterday and today, at a market price of 10 ct/kWh. It is unknown in the first
 * hour of yesterday.
 */
async function openPricedHousehold() {
  const started = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), "energylive-costs-"));
  started.defer(() => rm(data, { recursive: true, force: true }));
  const folder = join(data, "account");
  const collector = started.use(await startCollector({ devices: 1, folder }));
  const [id = ""] = collector.ids;
  const { dynamodb, names } = collector.stack;
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const store = createPriceStore({ dynamodb, table: names.pricesTable });
  const tariffs = createTariffStore({ dynamodb, table: names.tariffsTable });
  const today = marketDay(Date.now());
  const yesterday = marketDay(today.from - 1);
  const each = (day: LocalDay, value: (quarter: number) => number | null) =>
    Array.from({ length: quarterHoursOf(day) }, (_, quarter) => value(quarter));
  const setPrices = (day: LocalDay, price: (quarter: number) => number | null) =>
    store.add(
      {
        day: day.day,
        eur_per_mwh: each(day, price),
        source: "energy-charts",
        fetched_at: new Date().toISOString(),
      },
      undefined,
    );
  for (const day of [yesterday, today])
    await profiles.write({
      ...emptyProfile(id, day, ZONE),
      import_wh: each(day, () => 250),
      export_wh: each(day, () => 100),
      quality: "m".repeat(quarterHoursOf(day)),
    });
  await setPrices(yesterday, (quarter) => (quarter < 4 ? null : 100));
  await setPrices(today, () => 100);
  for (const tariff of [SPOT, FIXED]) await tariffs.put(Tariff.parse(tariff));
  await collector.put({ device_id: id, name: "Home", tariff: "Spot" });
  const reads = watchReads(collector);
  started.defer(() => reads.quiet());
  const dashboard = await serve(collector, { account: folder });
  started.defer(() => dashboard.close());
  return {
    url: dashboard.url,
    id,
    today,
    yesterday,
    hours: quarterHoursOf(yesterday) / 4,
    setPrices,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

const euro = (eur: number) => `€${eur.toFixed(2)}`;
const LICENCE = "Market prices: energy-charts.info (Fraunhofer ISE), CC BY 4.0";

describe.skipIf(isBrowserMissing)("costs", () => {
  test("of today are on a card, beside the energy", async ({ open }) => {
    await using home = await openPricedHousehold();
    const page = await open("/", { url: home.url });
    const quarters = () => Math.floor((Date.now() - home.today.from) / QUARTER) + 1;
    const money = () => page.locator(".day-money").allInnerTexts();
    const before = quarters();
    await expect.poll(async () => (await money()).length).toBe(2);
    const [cost, earned] = await money();
    // 250 Wh at 20 ct and 20 %; a quarter-hour may have begun meanwhile.
    const expected = [before, quarters()].map((count) => euro(count * 0.25 * 0.2 * 1.2));
    expect(expected).toContain(cost);
    expect([before, quarters()].map((count) => euro(count * 0.1 * 0.05))).toContain(earned);
    await page.context().close();
  });

  test("are drawn by their parts, name what has no price, and follow the tariff that is chosen", async ({
    open,
  }) => {
    await using home = await openPricedHousehold();
    const { id, yesterday, hours, url } = home;
    const page = await open(`/#/devices/${id}?range=${yesterday.day}&per=hour`, { url });
    await page.getByRole("button", { name: "€", exact: true }).click();
    await page.getByRole("heading", { name: "Cost" }).waitFor();
    const card = page.locator("section", { has: page.getByRole("heading", { name: "Cost" }) });
    const kwh = hours - 1;
    const readout = card.locator(".readout");
    await readout.getByText(euro(kwh * 0.2 * 1.2)).waitFor();
    const parts = await readout.locator("li").allInnerTexts();
    expect(parts.map((part) => part.replace(/\s+/g, " "))).toEqual([
      `Cost ${euro(kwh * 0.24)}`,
      `Energy ${euro(kwh * 0.12)}`,
      `Grid ${euro(kwh * 0.08)}`,
      "Levies and fees €0.00",
      `VAT ${euro(kwh * 0.04)}`,
      `Earned ${euro(hours * 0.4 * 0.05)}`,
    ]);
    expect(await card.locator(".bar-energy").count()).toBe(kwh);
    expect(await card.locator(".bar-earned").count()).toBe(hours);
    await card.getByText("4 quarter-hours with 1.00 kWh drawn have no price and are not in it.").waitFor();
    await card.getByText(LICENCE).waitFor();
    await card.getByText("As a table").click();
    await card
      .getByRole("row", { name: /01:00 €0\.1200 €0\.0800 €0\.0000 €0\.0400 €0\.2400 €0\.0200/ })
      .waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("link", { name: "Download the costs shown as CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toContain("_costs-per-hour_");
    await settled(page);
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "device-costs-1280-light-en");

    const choose = async (tariff: string) => {
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("option", { name: "Fixed" }).waitFor({ state: "attached" });
      await dialog.getByLabel("Tariff").selectOption(tariff);
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "hidden" });
      await page.reload();
    };
    await choose("Fixed");
    await readout
      .getByText(euro(hours * 0.12))
      .first()
      .waitFor();
    expect(await card.getByText(LICENCE).count()).toBe(0);
    await choose("None");
    await page.getByText("No tariff chosen").waitFor();
    await page.context().close();
  });

  test("are compared over times", async ({ open }) => {
    await using home = await openPricedHousehold();
    const { id, yesterday, hours, url } = home;
    const page = await open(`/#/compare?device=${id}&from=${yesterday.from}&to=${yesterday.to}`, { url });
    const row = page.getByRole("row", { name: /^Home/ });
    await row.getByText(euro((hours - 1) * 0.24)).waitFor();
    await row.getByText(euro(hours * 0.4 * 0.05)).waitFor();
    await page.context().close();
  });
});

describe.skipIf(isBrowserMissing)("prices", () => {
  test("stand behind the power and are read with it", async ({ open }) => {
    await using home = await openPricedHousehold();
    const page = await open(`/#/devices/${home.id}?range=${home.yesterday.day}`, { url: home.url });
    await page.getByText(LICENCE).first().waitFor();
    await page.locator(".power-chart").focus();
    const [legend] = await page.locator(".readout-curves").allInnerTexts();
    expect(legend).toContain("Market price");
    await page.keyboard.press("Shift+ArrowLeft");
    await expect
      .poll(async () => (await page.locator(".readout-curves").first().innerText()).replace(/\s+/g, " "))
      .toContain("Market price 10.00 ct/kWh");
    await page.context().close();
  });

  test("of tomorrow say when power is cheapest, once they are published", async ({ open }) => {
    await using home = await openPricedHousehold();
    const page = await open("/#/prices", {
      url: home.url,
      locale: "de-AT",
      viewport: { width: 360, height: 780 },
    });
    await page.getByRole("button", { name: "Morgen" }).click();
    await page.getByText("Noch keine Marktpreise von morgen").waitFor();
    const tomorrow = marketDay(home.today.to);
    // Thirteen o'clock is so many quarter-hours before the end of each day, also when clocks change.
    const end = quarterHoursOf(tomorrow);
    await home.setPrices(tomorrow, (quarter) => (quarter >= end - 44 && quarter < end - 32 ? -20 : 80));
    await page.reload();
    await page.getByRole("button", { name: "Morgen" }).click();
    await page.getByText("Am günstigsten: 13:00 – 16:00, im Mittel −2,00 ct/kWh.").waitFor();
    await page.getByLabel("Am Stück").selectOption("1");
    await page.getByText("Am günstigsten: 13:00 – 14:00, im Mittel −2,00 ct/kWh.").waitFor();
    await settled(page);
    expect(await englishOn(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await screenshot(page, "prices-tomorrow-360-light-de");
    await page.context().close();
  });

  test("lead to what each tariff would have cost, the cheapest first", async ({ open }) => {
    await using home = await openPricedHousehold();
    const { id, yesterday, hours, url } = home;
    const page = await open(`/#/prices?device=${id}&range=${yesterday.day}`, { url });
    const card = page.locator("section", {
      has: page.getByRole("heading", { name: "What each tariff would have cost" }),
    });
    const kwh = hours - 1;
    await card.getByRole("row", { name: /^Spot/ }).waitFor();
    const rows = await card.locator("tbody tr").allInnerTexts();
    const [fixed, spot] = [hours * 0.1 * 1.2, kwh * 0.24];
    const earned = hours * 0.4 * 0.05;
    expect(rows.map((row) => row.replace(/\s+/g, " ").trim())).toEqual([
      `Fixed ${euro(hours * 0.1)} ${euro(fixed)} – ${euro(fixed)} −${euro(spot - earned - fixed)}`,
      `Spot yours ${euro(kwh * 0.12)} ${euro(spot)} ${euro(earned)} ${euro(spot - earned)}`,
    ]);
    await card.getByText(`${4 * hours} quarter-hours measured, 0 not.`).waitFor();
    await card.getByText("Spot: 4 quarter-hours with 1.00 kWh drawn have no price").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });
});

describe.skipIf(isBrowserMissing)("a report", () => {
  test("opens beside the device's page with its styles and charts, fits a phone and prints on two pages", async ({
    open,
  }) => {
    await using home = await openPricedHousehold();
    const { id, yesterday, url } = home;
    const month = yesterday.day.slice(0, 7);
    const page = await open(`/#/devices/${id}?range=${month}`, { url, locale: "de-AT" });
    const [report] = await Promise.all([
      page.waitForEvent("popup"),
      page.getByRole("link", { name: "Bericht" }).click(),
    ]);
    const refused: string[] = [];
    report.on("console", (message) => refused.push(message.text()));
    await report.reload();
    await report.getByRole("heading", { name: "Home", level: 1 }).waitFor();
    expect(refused).toEqual([]);
    const size = await report.locator("h1").evaluate((title) => getComputedStyle(title).fontSize);
    expect(size).toBe("24px");
    await report.getByRole("img", { name: /^Balken: Bezug bis / }).waitFor();
    // Both days, or the one that is in the month.
    expect(await report.getByRole("row", { name: /^Bezug [\d,]+ kWh/ }).count()).toBe(1);
    await report.setViewportSize({ width: 360, height: 780 });
    expect(await report.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const pdf = await report.pdf({ format: "A4", margin: { top: "12mm", bottom: "12mm" } });
    expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length).toBeLessThanOrEqual(2);
    await page.context().close();
  });
});
