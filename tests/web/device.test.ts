import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMeasurementHistory } from "@energylive/core/measurement/history";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { awsConfig } from "@energylive/local/services/loopback";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { poll } from "./support/control.ts";
import { expectEqualEnergy, shownEnergy } from "./support/energy.ts";
import { downloaded, isBrowserMissing, settled, test, textOf } from "./support/page.ts";
import { GAP_HOURS } from "./support/world.ts";

const DRAWN_POWER = "0100010700";
const FED_IN_POWER = "0100020700";
const HOUR_MS = 3_600_000;

const chart = (page: Page) => page.getByRole("group", { name: /Power of .* over time/ });

/** What is under the pointer at a time within the last day. */
async function pointAt(page: Page, at: number): Promise<string> {
  const box = await page.locator(".power-chart .u-over").boundingBox();
  if (box === null) throw new Error("the plot is missing");
  const share = 1 - (Date.now() - at) / (24 * HOUR_MS);
  await page.mouse.move(box.x + share * box.width, box.y + box.height / 3);
  const readout = page.locator(".chart-card").first().locator(".readout");
  await readout.getByText(/:\d\d:\d\d/).waitFor();
  return textOf(readout);
}

describe.skipIf(isBrowserMissing)("the page of a device", () => {
  test("shows power, energy, the latest of every type, battery, radio and polling", async ({
    open,
    looked,
  }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    await settled(page);
    const text = await textOf(page.locator("main"));
    expect(text).toMatch(/energy drawn from the grid\s+1-0:1\.8\.0\s+[\d,]+ Wh\s+\d+ \w+ ago/);
    expect(text).toMatch(/Battery\s+[\d,]+ mV\s+about \d+% of its range/);
    expect(text).toMatch(/Signal strength\s+−\d+ dBm\s+(good|fair|weak)/);
    expect(text).toMatch(/Failures in a row\s+0/);
    const summary = await textOf(page.locator("[id]:has(> p)").filter({ hasText: "Arrow keys" }));
    expect(summary).toMatch(/Drawn: lowest .* W, highest .* k?W, mean/);
  });

  test("shows a gap as a gap, and the values beside it", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    await settled(page);
    const middle = Date.now() - ((GAP_HOURS.from + GAP_HOURS.to) / 2) * HOUR_MS;
    expect(await pointAt(page, middle)).toMatch(/Drawn\s+–\s+Fed in\s+–/);
    expect(await pointAt(page, middle - 3 * HOUR_MS)).toMatch(/Drawn\s+[\d.,]+ k?W/);
    const energy = page.locator(".chart-card").nth(1);
    await energy.getByText("As a table").click();
    await energy.locator("tr.total").waitFor();
    // The registers went on: what was drawn meanwhile is not lost.
    expect(await energy.getByText("partly estimated across a gap").count()).toBeGreaterThanOrEqual(2);
    // Of the hour that has just begun nothing may be known yet.
    const whole = await energy.locator("tbody tr:not(.total):not(:nth-child(2)) td").allInnerTexts();
    expect(whole).not.toContain("–");
  });

  test("has rows of the power's table at round local times, also for more than a day", async ({
    open,
    looked,
  }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    const power = page.locator(".chart-card").first();
    for (const [button, times] of [
      ["7 days", ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]],
      ["30 days", ["00:00", "12:00"]],
    ] as const) {
      await page.getByRole("button", { name: button, exact: true }).click();
      await settled(page);
      if ((await power.locator("table").count()) === 0) await power.getByText("As a table").click();
      const shown = async () =>
        new Set((await power.locator("tbody th").allInnerTexts()).map((text) => text.slice(-5)));
      await expect.poll(async () => [...(await shown())].toSorted()).toEqual(times);
    }
  });

  test("has 100 quarter-hours on a day when clocks go back, and 92 when they go forward", async ({
    open,
    looked,
  }) => {
    const device = looked.full.residents.longHistory;
    const dynamodb = new DynamoDBClient(awsConfig(looked.full.dynamodb));
    const profiles = createProfileStore({ dynamodb, table: looked.full.names.profilesTable });
    for (const [day, count] of [
      ["2024-10-27", 100],
      ["2024-03-31", 92],
    ] as const) {
      const empty = emptyProfile(device, namedDay("Europe/Vienna", day), "Europe/Vienna");
      await profiles.write({
        ...empty,
        import_wh: empty.import_wh.map(() => 250),
        quality: "m".repeat(count),
      });
      const page = await open(`/#/devices/${device}?range=${day}&per=quarter`);
      await settled(page);
      const energy = page.locator(".chart-card").nth(1);
      await expect.poll(() => energy.locator(".bar-import").count()).toBe(count);
      await energy.getByText("As a table").click();
      await expect.poll(() => energy.locator("tbody tr:not(.total)").count()).toBe(count);
      expect(await textOf(energy.locator("tr.total"))).toContain(`${count / 4}.0 kWh`);
      const csv = await downloaded(page, energy.getByRole("link", { name: /bars shown as CSV/ }));
      expect(csv.trim().split("\n")).toHaveLength(1 + count);
    }
    dynamodb.destroy();
  });

  test("updates chart and values with what is stored", async ({ open, looked }) => {
    const [, device = ""] = looked.full.residents.households;
    const page = await open(`/#/devices/${device}?range=1h`);
    await settled(page);
    await page.getByText("Live", { exact: true }).waitFor();
    await poll(looked.full.control, { device, measurement: DRAWN_POWER, value: 9_876 });
    await page.getByText("9,876 W").waitFor();
    await chart(page).focus();
    await page.keyboard.press("Shift+ArrowLeft");
    // The chart may have it a moment later than what stands beside it.
    const readLater = async () => {
      await page.keyboard.press("Shift+ArrowRight");
      return textOf(page.locator("[aria-live=polite]").first());
    };
    await expect.poll(readLater).toContain("9.88 kW");
  });

  test("exports the measurements that it shows as CSV, the same as in the table", async ({
    open,
    looked,
  }) => {
    const { longHistory } = looked.full.residents;
    const page = await open(`/#/devices/${longHistory}`);
    await settled(page);
    const link = page.getByRole("link", { name: "Download the measurements shown as CSV" });
    const address = new URL((await link.getAttribute("href")) ?? "", page.url()).searchParams;
    const lines = (await downloaded(page, link)).trim().split(/\r?\n/);
    const dynamodb = new DynamoDBClient(awsConfig(looked.full.dynamodb));
    const history = createMeasurementHistory({ dynamodb, table: looked.full.names.measurementsTable });
    const range = { since: Number(address.get("from")), until: Number(address.get("to")) };
    const stored = (await Array.fromAsync(history.ofDevice(longHistory, range))).filter(
      ({ measurement_type }) => [DRAWN_POWER, FED_IN_POWER].includes(measurement_type),
    );
    dynamodb.destroy();
    expect(stored.length).toBeGreaterThan(400);
    const [head = "", ...rows] = lines;
    expect(rows).toHaveLength(stored.length);
    const columns = head.split(",");
    const of = (row: string, column: string) => row.split(",")[columns.indexOf(column)];
    expect(rows.map((row) => [of(row, "measurement_type"), of(row, "timestamp"), of(row, "value")])).toEqual(
      stored.map(({ measurement_type, timestamp, value }) => [measurement_type, String(timestamp), value]),
    );
  });

  test("exports the bars as CSV, the same as in its table", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}?range=30d`);
    const energy = page.locator(".chart-card").nth(1);
    await energy.getByRole("button", { name: "Day", exact: true }).click();
    await settled(page);
    await energy.getByText("As a table").click();
    await energy.locator("tr.total").waitFor();
    const rows = await energy.locator("tbody tr:not(.total)").allInnerTexts();
    const button = energy.getByRole("link", { name: "Download the bars shown as CSV" });
    const lines = (await downloaded(page, button)).trim().split("\n").slice(1);
    expect(rows.length).toBeGreaterThanOrEqual(30);
    expect(lines).toHaveLength(rows.length);
    // Of exactly thirty days: the first and the last are cut.
    const [from, to] = [lines[0]?.split(",")[1], lines.at(-1)?.split(",")[3]].map((at) =>
      Date.parse(at ?? ""),
    );
    expect(((to ?? 0) - (from ?? 0)) / HOUR_MS).toBe(30 * 24);
    const kwh = (wh: string | undefined) => Number(wh) / 1_000;
    for (const [index, line] of lines.toReversed().entries()) {
      const [, , , , , drawn, fedIn] = line.split(",");
      const [shownDrawn, shownFedIn] = (rows[index] ?? "")
        .matchAll(/[\d.,]+\s*kWh/g)
        .map(([text]) => shownEnergy(text));
      expectEqualEnergy(shownDrawn?.kwh ?? Number.NaN, kwh(drawn), shownDrawn?.rounding ?? 0);
      expectEqualEnergy(shownFedIn?.kwh ?? Number.NaN, kwh(fedIn), shownFedIn?.rounding ?? 0);
    }
    const german = await open(`/#/devices/${looked.full.residents.longHistory}`, { locale: "de-AT" });
    await german.getByRole("heading", { name: "Energie" }).waitFor();
    expect(await german.locator('a[href*="decimal=comma"]').count()).toBe(2);
  });

  test("says what is wrong with a device that fails, is invalid, has no meter or does not exist", async ({
    open,
    looked,
    allowed,
  }) => {
    // Asking for a device that is not there.
    allowed.push(/404/);
    const { failing, gateway, invalid } = looked.full.residents;
    const page = await open(`/#/devices/${failing}`);
    await page.getByText("The last poll failed.").waitFor();
    expect(await page.getByText("energyLIVE answered 403").count()).toBeGreaterThan(0);
    await page.getByText("No measurement yet").waitFor();
    const go = (id: string) => page.evaluate((hash) => location.assign(hash), `#/devices/${id}`);
    await go(invalid);
    await page.getByText("nmae is not a field of a device").waitFor();
    await go(gateway);
    await page.getByText("No meter values").waitFor();
    expect(await chart(page).count()).toBe(0);
    await go("I-99999999-99999999");
    await page.getByText("Device I-99999999-99999999 does not exist.").waitFor();
  });
});
