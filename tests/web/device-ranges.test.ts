import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { shownEnergy } from "./support/energy.ts";
import { isBrowserMissing, localDate, settled, test, textOf } from "./support/page.ts";

const HOUR_MS = 3_600_000;

const chart = (page: Page) => page.getByRole("group", { name: /Power of .* over time/ });

/** The range that the address tells, once a gesture has settled. */
async function shownRange(page: Page): Promise<{ from: number; to: number }> {
  await page.waitForURL(/from=\d+&to=\d+/);
  const parameters = new URLSearchParams(page.url().split("?")[1]);
  return { from: Number(parameters.get("from")), to: Number(parameters.get("to")) };
}

describe.skipIf(isBrowserMissing)("the time that the page of a device shows", () => {
  test("follows its address, which has the range and the choice, there and back", async ({
    open,
    looked,
  }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}?range=24h`);
    const isChosen = (name: string) =>
      page.getByRole("button", { name, exact: true, pressed: true }).waitFor();
    await isChosen("24 h");
    const perDay = page.getByRole("group", { name: "Energy per" }).getByRole("button", { name: "Day" });
    await perDay.click();
    await page.waitForURL(/per=day/);
    await page.evaluate(() => {
      location.hash = location.hash.replace(/\?.*/, "?range=7d&per=hour");
    });
    await isChosen("7 days");
    await isChosen("Hour");
    await page.goBack();
    await isChosen("24 h");
    await isChosen("Day");
    await page.reload();
    await isChosen("Day");
  });

  test("follows its address even when the event that reports it comes late", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}?range=24h`);
    const isChosen = (name: string) =>
      page.getByRole("button", { name, exact: true, pressed: true }).waitFor();
    await isChosen("24 h");
    await page.evaluate(async () => {
      const before = location.hash;
      const changed = new Promise((resolve) => addEventListener("hashchange", resolve, { once: true }));
      location.hash = before.replace("24h", "7d");
      await changed;
      // A step back, before the page has told its address of the seven days; its event is still on the way.
      history.replaceState(null, "", before);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      dispatchEvent(new HashChangeEvent("hashchange"));
    });
    await isChosen("24 h");
    expect(page.url()).toContain("range=24h");
  });

  test("has ranges from an hour to a year, and a custom one", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    const heading = page.locator(".readout-time").first();
    for (const [button, range] of [
      ["1 h", "1h"],
      ["7 days", "7d"],
      ["30 days", "30d"],
      ["1 year", "1y"],
    ] as const) {
      const before = await heading.innerText();
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.waitForURL(new RegExp(`range=${range}`));
      await settled(page);
      expect(await heading.innerText()).not.toBe(before);
      expect(await page.getByText("Nothing in this range").count()).toBe(0);
    }
    await page.getByRole("button", { name: "Custom …" }).click();
    await page.getByLabel("From", { exact: true }).fill("2026-01-01T00:00");
    await page.getByLabel("To", { exact: true }).fill("2025-01-01T00:00");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByText("The end must be after the start.").waitFor();
    await page.getByLabel("To", { exact: true }).fill("2026-01-08T00:00");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByText("Nothing in this range").waitFor();
    expect(await heading.innerText()).toMatch(/1.*7 Jan 2026/);
    expect((await shownRange(page)).from).toBe(Date.parse("2025-12-31T23:00:00Z"));
  });

  test("goes back through the ranges that were looked at, and keeps the range for the next device", async ({
    open,
    looked,
  }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    const choose = async (name: string, range: string) => {
      await page.getByRole("button", { name, exact: true }).click();
      await page.waitForURL(new RegExp(`range=${range}$`));
    };
    await page.waitForURL(/range=24h$/);
    await choose("7 days", "7d");
    await choose("30 days", "30d");
    await page.goBack();
    await page.getByRole("button", { name: "7 days", pressed: true }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "24 h", pressed: true }).waitFor();
    await choose("7 days", "7d");
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("link", { name: "Household 2", exact: true }).click();
    await page.getByRole("heading", { name: "Household 2" }).waitFor();
    await page.getByRole("button", { name: "7 days", pressed: true }).waitFor();
  });

  test("has calendar periods, with the one before and after, and any date", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    const calendar = page.getByRole("group", { name: "Calendar" });
    const name = calendar.locator(".period-name");
    for (const [unit, now, before] of [
      ["Day", "Today", "Yesterday"],
      ["Week", "This week", "Last week"],
      ["Month", "This month", "Last month"],
      ["Year", "This year", "Last year"],
    ] as const) {
      await calendar.getByRole("button", { name: unit, exact: true }).click();
      await expect.poll(() => name.innerText()).toBe(now);
      await page.waitForURL(new RegExp(`range=${unit.toLowerCase()}$`));
      expect(await calendar.getByRole("button", { name: "Next period" }).isDisabled()).toBe(true);
      await calendar.getByRole("button", { name: "Previous period" }).click();
      await expect.poll(() => name.innerText()).toBe(before);
      await calendar.getByRole("button", { name: "Next period" }).click();
      await expect.poll(() => name.innerText()).toBe(now);
    }
    await calendar.getByLabel("Go to a date").fill("2024-02-29");
    await page.waitForURL(/range=2024$/);
    await calendar.getByRole("button", { name: "Day", exact: true }).click();
    await calendar.getByLabel("Go to a date").fill("2024-02-29");
    await page.waitForURL(/range=2024-02-29$/);
    expect(await name.innerText()).toBe("Thu, 29 Feb 2024");
    await page.getByText("No register values in this range").waitFor();
    await page.reload();
    expect(await name.innerText()).toBe("Thu, 29 Feb 2024");
  });

  test("goes from the bar of a year down to the quarter-hours of a day, and back", async ({
    open,
    looked,
  }) => {
    // A day that has ended, so that the test claims the same at every time of day.
    const [year = 0, month = 0, day = 0] = localDate(Date.now() - 72 * HOUR_MS)
      .split("-")
      .map(Number);
    const page = await open(`/#/devices/${looked.full.residents.longHistory}?range=${year}`);
    await settled(page);
    const energy = page.locator(".chart-card").nth(1);
    const total = energy.locator(".readout-value").first();
    const shownYear = await page.locator(".period-name").innerText();
    const yearKwh = shownEnergy((await total.innerText()).split("(")[0]);
    const bars = energy.locator(".bar-period");
    await expect.poll(() => bars.count()).toBe(12);
    await bars.nth(month - 1).click();
    await page.waitForURL(/range=(month|\d{4}-\d\d)$/);
    await expect.poll(() => bars.count()).toBeGreaterThanOrEqual(28);
    const shownMonth = await page.locator(".period-name").innerText();
    await bars.nth(day - 1).click();
    await page.waitForURL(/range=\d{4}-\d\d-\d\d&per=quarter/);
    await settled(page);
    await energy.getByText("As a table").click();
    const rows = energy.locator("tbody tr:not(.total)");
    const times = async () => (await rows.locator("th").allInnerTexts()).map((text) => text.slice(-5));
    await expect
      .poll(async () => (await times()).slice(-5))
      .toEqual(["01:00", "00:45", "00:30", "00:15", "00:00"]);
    await page.goBack();
    await expect.poll(() => page.locator(".period-name").innerText()).toBe(shownMonth);
    await page.goBack();
    await expect.poll(() => page.locator(".period-name").innerText()).toBe(shownYear);
    await expect
      .poll(async () => shownEnergy((await total.innerText()).split("(")[0]).kwh)
      .toBeCloseTo(yearKwh.kwh, 0);
    // By key the table leads to the same.
    await energy.locator("tbody tr:not(.total) a").first().press("Enter");
    await page.waitForURL(/range=(month|\d{4}-\d\d)$/);
  });

  test("moves and zooms by mouse", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    await settled(page);
    const box = await page.locator(".power-chart .u-over").boundingBox();
    if (box === null) throw new Error("the plot is missing");
    const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(middleX, middleY);
    await page.mouse.wheel(0, 300);
    // Not entered yet: the wheel scrolls the page.
    await scrolled(page);
    await page.evaluate(() => scrollTo(0, 0));
    await page.mouse.down();
    await page.mouse.move(middleX + box.width / 4, middleY, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(async () => Math.abs((await shownRange(page)).to - (Date.now() - 6 * HOUR_MS)))
      .toBeLessThan(HOUR_MS / 4);
    const moved = await shownRange(page);
    expect(moved.to - moved.from).toBe(24 * HOUR_MS);
    await page.mouse.wheel(0, -600);
    await expect
      .poll(async () => (await shownRange(page)).to - (await shownRange(page)).from)
      .toBeLessThan(9 * HOUR_MS);
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.getByRole("button", { name: "24 h" }).click();
    await page.waitForURL(/range=24h/);
  });

  test("moves, zooms and reads by key", async ({ open, looked }) => {
    const page = await open(`/#/devices/${looked.full.residents.longHistory}`);
    await settled(page);
    await chart(page).focus();
    await page.keyboard.press("Shift+ArrowLeft");
    const spoken = page.locator("[aria-live=polite]").first();
    await expect.poll(() => textOf(spoken)).toMatch(/: Drawn [\d.,]+ k?W/);
    const last = await textOf(spoken);
    await page.keyboard.press("Shift+ArrowLeft");
    await expect.poll(() => textOf(spoken)).not.toBe(last);
    await page.keyboard.press("+");
    await expect
      .poll(async () => (await shownRange(page)).to - (await shownRange(page)).from)
      .toBe(12 * HOUR_MS);
    const before = await shownRange(page);
    await page.keyboard.press("ArrowLeft");
    await expect.poll(async () => before.to - (await shownRange(page)).to).toBeCloseTo(0.2 * 12 * HOUR_MS);
    await page.keyboard.press("-");
    await expect
      .poll(async () => (await shownRange(page)).to - (await shownRange(page)).from)
      .toBe(24 * HOUR_MS);
    await page.keyboard.press("Home");
    await page.waitForURL(/range=24h/);
  });
});

/** The page has been scrolled, and the browser's animation of it is over. */
async function scrolled(page: Page): Promise<void> {
  await page.waitForFunction(async () => {
    const before = scrollY;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return before > 0 && scrollY === before;
  });
}
