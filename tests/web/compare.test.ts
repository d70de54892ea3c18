import { describe, expect } from "vitest";

import { expectEqualEnergy, shownEnergy } from "./support/energy.ts";
import { isBrowserMissing, settled, test, textOf } from "./support/page.ts";

describe.skipIf(isBrowserMissing)("comparing", () => {
  test("puts devices on one chart, with their sum and their difference", async ({ open }) => {
    const page = await open("/#/compare");
    await page.getByText("Nothing to compare yet").waitFor();
    await page.getByRole("button", { name: "Choose devices" }).click();
    await page.getByRole("checkbox", { name: /^Household 1 / }).check();
    await page.getByRole("checkbox", { name: /^Household 2 / }).check();
    await page.keyboard.press("Escape");
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

  test("puts last week under this week", async ({ open, looked }) => {
    const page = await open(`/#/compare?device=${looked.full.residents.longHistory}`);
    await page.getByRole("button", { name: "This week and last" }).click();
    await page.getByRole("checkbox", { name: "Difference" }).check();
    await settled(page);
    expect(await page.locator(".readout-name").allInnerTexts()).toEqual([
      "This week",
      "Last week",
      "This week minus last",
    ]);
    const summary = await textOf(page.locator("[id]:has(> p)").filter({ hasText: "Arrow keys" }));
    expect(summary).toMatch(/Last week: lowest/);
    await expect.poll(() => page.locator("tbody tr").count()).toBe(3);
  });
});
