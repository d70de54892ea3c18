import { describe, expect } from "vitest";

import { poll } from "./support/control.ts";
import { expectEqualEnergy, shownEnergy } from "./support/energy.ts";
import { isBrowserMissing, localDate, settled, test, textOf } from "./support/page.ts";

describe.skipIf(isBrowserMissing)("comparing", () => {
  test("puts devices on one chart, with their sum and their difference", async ({ open }) => {
    const page = await open("/#/compare");
    await page.getByText("Nothing to compare yet").waitFor();
    await page.getByRole("button", { name: "Choose devices" }).click();
    await page.getByRole("checkbox", { name: /^Household 1 / }).check();
    await page.getByRole("checkbox", { name: /^Household 2 / }).check();
    await page.keyboard.press("Escape");
    // A row for each device, and nothing that is not chosen.
    await expect.poll(() => page.locator("tbody tr").count()).toBe(2);
    await page.getByRole("checkbox", { name: "Sum" }).check();
    await page.getByRole("checkbox", { name: "Difference" }).check();
    await settled(page);
    expect(await page.locator(".readout-name").allInnerTexts()).toEqual([
      "Household 1",
      "Household 2",
      "Sum",
      "Household 1 minus Household 2",
    ]);
    const rows = await page.locator("tbody tr").allInnerTexts();
    expect(rows).toHaveLength(4);
    const drawn = rows.map((row) => shownEnergy(row.split("\t")[1]));
    const [first = Number.NaN, second = Number.NaN, sum = Number.NaN, difference = Number.NaN] = drawn.map(
      ({ kwh }) => kwh,
    );
    const rounding = drawn.reduce((total, energy) => total + energy.rounding, 0);
    expectEqualEnergy(sum, first + second, rounding);
    expectEqualEnergy(difference, first - second, rounding);
    // All of it stands in the address.
    await page.reload();
    await settled(page);
    expect(await page.locator(".readout-name").count()).toBe(4);
    await page.getByRole("button", { name: "Remove Household 2" }).click();
    await expect.poll(() => page.locator(".readout-name").allInnerTexts()).toEqual(["Household 1"]);
  });

  test("compares more than six, each with a line of its own", async ({ open, looked }) => {
    const devices = looked.full.residents.households.slice(0, 8);
    const page = await open(`/#/compare?device=${devices.join(",")}`);
    await expect.poll(() => page.locator("tbody tr").count()).toBe(8);
    const marks = page.locator(".readout-curves .curve-mark");
    const looks = await marks.evaluateAll((all) =>
      all.map((mark) => `${getComputedStyle(mark).color} ${mark.querySelector("line")?.outerHTML}`),
    );
    expect(new Set(looks).size).toBe(8);
    await page.getByRole("button", { name: "Choose devices" }).click();
    await page.getByText("8 chosen, 18 at most").waitFor();
  });

  test("says how much is missing of a device, and of the sum that it is in", async ({ open, looked }) => {
    const { longHistory, households } = looked.full.residents;
    const news = households.at(-2) ?? "";
    for (const value of [99_000_000, 99_000_100])
      await poll(looked.full.control, { device: news, measurement: "0100010800", value });
    const page = await open(`/#/compare?device=${longHistory},${news}&range=30d&sum=1&difference=1`);
    await settled(page);
    const rows = page.locator("tbody tr");
    await expect.poll(() => rows.count()).toBe(4);
    const missing = async (row: number) =>
      Number(/(\d+)\s*% is missing/.exec(await textOf(rows.nth(row).locator("th")))?.[1]);
    // One has a month behind it, the other minutes.
    await expect.poll(() => missing(1)).toBeGreaterThanOrEqual(99);
    for (const row of [2, 3]) expect(await missing(row)).toBeGreaterThanOrEqual(49);
  });

  test("lays a period over another one, at the same time of week, month or year", async ({
    open,
    looked,
  }) => {
    const page = await open(`/#/compare?device=${looked.full.residents.longHistory}`);
    await page.getByRole("button", { name: "Times", exact: true }).click();
    await page.getByRole("checkbox", { name: "Difference" }).check();
    const names = page.locator(".readout-name");
    await expect
      .poll(() => names.allInnerTexts())
      .toEqual(["This week", "Last week", "This week minus Last week"]);
    await settled(page);
    const summary = page.locator("[id]:has(> p)").filter({ hasText: "Arrow keys" });
    expect(await textOf(summary)).toMatch(/Last week: lowest/);
    await expect.poll(() => page.locator("tbody tr").count()).toBe(3);
    const [thisWeek, lastWeek, difference] = (await page.locator("tbody tr").allInnerTexts()).map((row) =>
      shownEnergy(row.split("\t")[1]),
    );
    const rounding = [thisWeek, lastWeek, difference].reduce((sum, each) => sum + (each?.rounding ?? 0), 0);
    expectEqualEnergy(difference?.kwh ?? Number.NaN, (thisWeek?.kwh ?? 0) - (lastWeek?.kwh ?? 0), rounding);
    // Any two: yesterday, and a day of another week.
    const [first, second] = [
      page.getByRole("group", { name: "The time on the chart" }),
      page.getByRole("group", { name: "compared with" }),
    ];
    await first.getByRole("button", { name: "Day", exact: true }).click();
    await first.getByRole("button", { name: "Previous period" }).click();
    const weekAgo = localDate(Date.now() - 8 * 86_400_000);
    await second.getByLabel("Go to a date").fill(weekAgo);
    await page.waitForURL(new RegExp(`with=${weekAgo}`));
    await expect.poll(async () => (await names.allInnerTexts())[0]).toBe("Yesterday");
    await settled(page);
    expect(await textOf(summary)).toMatch(/Yesterday: lowest.*: lowest/);
    // A year before, weekdays over weekdays; all of it stands in the address.
    await first.getByRole("button", { name: "Month", exact: true }).click();
    await page.getByRole("button", { name: "A year before" }).click();
    await page.getByRole("checkbox", { name: "Weekdays over weekdays" }).check();
    await page.waitForURL(/with=\d{4}-\d{2}&weekdays=1/);
    const shown = await names.allInnerTexts();
    const year = Number(localDate(Date.now()).slice(0, 4));
    expect(shown[1]).toMatch(new RegExp(`${year - 1}$`));
    await page.reload();
    await expect.poll(() => names.allInnerTexts()).toEqual(shown);
  });
});
