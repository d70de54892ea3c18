import { describe, expect } from "vitest";

import { violations } from "./support/axe.ts";
import { poll } from "./support/control.ts";
import { isBrowserMissing, settled, test, textOf } from "./support/page.ts";
import { HOSTILE_NAME } from "./support/world.ts";

const DRAWN_POWER = "0100010700";

describe.skipIf(isBrowserMissing)("the overview", () => {
  test("has a card for each of fifty devices, and asks only for those in view", async ({ open }) => {
    const asked: string[] = [];
    const page = await open("/#/pipeline");
    page.on("request", (request) => asked.push(request.url()));
    await page.getByRole("link", { name: "Overview" }).click();
    await settled(page);
    expect(await page.getByText("50 devices").count()).toBe(1);
    expect(await page.locator(".device-card").count()).toBe(50);
    const summaries = asked.filter((url) => url.includes("/summary"));
    expect(summaries.length).toBeGreaterThan(5);
    expect(summaries.length).toBeLessThan(25);
  });

  test("shows power now, today against yesterday, the last day and the age of a device", async ({ open }) => {
    const page = await open("/");
    const card = page.getByRole("article", { name: "Household 1", exact: true });
    await card
      .getByText(/drawing from the grid|feeding into the grid|Neither drawing nor feeding in/)
      .waitFor();
    const text = await textOf(card);
    expect(text).toMatch(/\d (W|kW)/);
    expect(text).toMatch(/Drawn today\s+\d+\.\d+ kWh\s+€\d+\.\d\d\s+yesterday by now \d+\.\d+ kWh/);
    expect(text).toMatch(/Fed in today\s+\d+\.\d+ kWh/);
    expect(text).toMatch(/Newest value: \d+ \w+ ago/);
    expect(await card.getByRole("img", { name: /Power over the last 24 hours, between/ }).count()).toBe(1);
  });

  test("adds up all devices and those with a label, and shows the same as a table in the order chosen", async ({
    open,
  }) => {
    const page = await open("/");
    const totals = page.getByRole("region", { name: "All devices together" });
    await totals.getByText("50", { exact: true }).waitFor();
    expect(await textOf(totals)).toMatch(/Power now -?[\d.]+ k?W (drawn|fed in) \d+ of 50/);
    expect(await textOf(totals)).toMatch(/Drawn today [\d.,]+ kWh \d+ of 50/);
    await totals.getByLabel("Totals by label").selectOption("street");
    await totals.getByRole("button", { name: "Gasse 1" }).waitFor();
    await page.getByRole("button", { name: "Table", exact: true }).click();
    const table = page.getByRole("table", { name: "Overview" });
    expect(await table.getByRole("row").count()).toBe(51);
    await page.getByLabel("Sort by").selectOption("failing first");
    await table.getByRole("row").nth(1).getByText("Invalid").waitFor();
    await table.getByRole("row").nth(2).getByText("Failing").waitFor();
    await expect
      .poll(() => textOf(table.getByRole("row", { name: /^Household 1 / })))
      .toMatch(/[\d.]+ k?W (drawing from|feeding into) the grid [\d.]+ kWh/);
    await totals.getByRole("button", { name: "Gasse 1" }).click();
    await page.getByText("45 devices").waitFor();
    const address = page.url();
    expect(address).toMatch(/by=street/);
    expect(address).toMatch(/view=table/);
    expect(address).toMatch(/sort=health/);
    expect(await violations(page)).toEqual([]);
  });

  test("shows a measurement within seconds after it was stored", async ({ open, looked }) => {
    const page = await open("/");
    const [, , device = ""] = looked.full.residents.households;
    const card = page.getByRole("article", { name: "Household 3", exact: true });
    await card.getByText("yesterday by now").first().waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await poll(looked.full.control, { device, measurement: DRAWN_POWER, value: 7_654 });
    await card.getByText("7.65").waitFor();
    await card.getByText(/Newest value: \d s ago/).waitFor();
  });

  test("counts today from a new device's second value, without waiting for anything", async ({
    open,
    looked,
  }) => {
    const device = looked.full.residents.households.at(-1) ?? "";
    const page = await open(`/#/?search=${device}`);
    const card = page.getByRole("article", { name: "Household 48", exact: true });
    await card.getByText("–").first().waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await poll(looked.full.control, { device, measurement: "0100010800", value: 99_000_000 });
    await expect.poll(() => textOf(card)).toMatch(/Drawn today [\d,.]+ kWh/);
  });

  test("says why a device fails, and why an item is invalid", async ({ open }) => {
    const page = await open("/");
    const failing = page.getByRole("article", { name: "Household 5", exact: true });
    await failing.getByText("The key is unknown or revoked").waitFor();
    expect(await failing.getByText("Failing").count()).toBe(1);
    const invalid = page.getByRole("article", { name: "I-20000000-00000001" });
    await invalid.scrollIntoViewIfNeeded();
    await expect.poll(() => textOf(invalid)).toMatch(/Invalid[\s\S]*nmae is not a field of a device/);
  });

  test("shows what a gateway has instead of a meter", async ({ open }) => {
    const page = await open("/");
    const gateway = page.getByRole("article", { name: "Gateway" });
    await gateway.getByText("Reports no meter values").waitFor();
    await gateway.getByText("messages sent by the device").waitFor();
    expect(await gateway.getByText("kWh").count()).toBe(0);
  });

  test("filters by health and by a word, and keeps both in the address", async ({ open }) => {
    const page = await open("/");
    await page.getByRole("button", { name: "Failing 1" }).click();
    await page.getByText("1 device", { exact: true }).waitFor();
    expect(await page.locator(".device-card").count()).toBe(1);
    await page.reload();
    await page.getByText("1 device", { exact: true }).waitFor();
    await page.getByRole("button", { name: "All 50" }).click();
    await page.getByRole("searchbox").fill("household 2");
    // Household 2 and 20 to 29.
    await page.getByText("11 devices").waitFor();
    await page.getByRole("searchbox").fill("nobody");
    await page.getByText("No device found").waitFor();
    await page.getByRole("button", { name: "Show all devices" }).click();
    await page.getByText("50 devices").waitFor();
  });

  test("treats a device's name as text, whatever it is", async ({ open, looked }) => {
    const page = await open("/");
    await page.getByRole("link", { name: HOSTILE_NAME }).click();
    await page.getByRole("heading", { name: HOSTILE_NAME, level: 1 }).waitFor();
    expect(await page.locator("main img, main b").count()).toBe(0);
    expect(page.url()).toContain(looked.full.residents.hostile);
    expect(await page.title()).toContain(HOSTILE_NAME);
  });

  test("says what to do when there are no devices", async ({ open, looked }) => {
    const page = await open("/", { url: looked.empty.url });
    await page.getByText("No devices yet").waitFor();
    expect(await page.getByText("npx energylive devices add").count()).toBe(1);
    expect(await page.getByRole("searchbox").count()).toBe(0);
  });
});
