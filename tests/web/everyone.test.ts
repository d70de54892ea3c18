import type { Page } from "playwright-core";
import { describe, expect } from "vitest";

import { violations } from "./support/axe.ts";
import { englishOn } from "./support/english.ts";
import { isBrowserMissing, screenshot, settled, test, textOf } from "./support/page.ts";
import type { Looked } from "./support/setup.ts";

type RouteOf = (looked: Looked) => { route: string; url?: string };

const PAGES: Record<string, RouteOf> = {
  overview: () => ({ route: "/" }),
  "overview-without-data": ({ empty }) => ({ route: "/", url: empty.url }),
  device: ({ full }) => ({ route: `/#/devices/${full.residents.longHistory}` }),
  "device-year": ({ full }) => ({ route: `/#/devices/${full.residents.longHistory}?range=year` }),
  "device-cost": ({ full }) => ({
    route: `/#/devices/${full.residents.longHistory}?range=30d&in=eur`,
  }),
  "device-failing": ({ full }) => ({ route: `/#/devices/${full.residents.failing}` }),
  "device-invalid": ({ full }) => ({ route: `/#/devices/${full.residents.invalid}` }),
  compare: ({ full }) => ({
    route: `/#/compare?device=${full.residents.longHistory},${full.residents.solar}&sum=1&difference=1`,
  }),
  "compare-periods": ({ full }) => ({
    route: `/#/compare?mode=periods&device=${full.residents.longHistory}`,
  }),
  "compare-without-data": ({ empty }) => ({ route: "/#/compare", url: empty.url }),
  prices: ({ full }) => ({ route: `/#/prices?device=${full.residents.longHistory}` }),
  "prices-without-data": ({ empty }) => ({ route: "/#/prices", url: empty.url }),
  pipeline: () => ({ route: "/#/pipeline" }),
  manage: () => ({ route: "/#/manage" }),
  "pipeline-without-data": ({ empty }) => ({ route: "/#/pipeline", url: empty.url }),
};

interface Look {
  name: string;
  viewport: { width: number; height: number };
  colorScheme: "light" | "dark";
}

const PHONE: Look = { name: "360-light", viewport: { width: 360, height: 780 }, colorScheme: "light" };
const DESK: Look = { name: "1280-dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" };
const TABLET: Look = { name: "768-dark", viewport: { width: 768, height: 1024 }, colorScheme: "dark" };
const WALL: Look = { name: "3840-light", viewport: { width: 3840, height: 2160 }, colorScheme: "light" };

/** Each page twice, and the main ones on screens in between and beyond; in both languages. */
const MAIN_PAGES = ["overview", "device", "compare", "pipeline"];
const VISITS = Object.keys(PAGES).flatMap((page) => [
  { page, locale: "de-AT", looks: [PHONE, DESK] },
  ...(MAIN_PAGES.includes(page) ? [{ page, locale: "en-GB", looks: [TABLET, WALL] }] : []),
]);

/** Nothing is wider than the page: it never scrolls sideways. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe.skipIf(isBrowserMissing)("every page", () => {
  for (const { page: name, locale, looks } of VISITS) {
    test(`has no axe violation and fits: ${name}, ${locale}`, async ({ open, looked }) => {
      const { route, ...where } = PAGES[name]?.(looked) ?? { route: "/" };
      const page = await open(route, { locale, ...looks[0], ...where });
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale.slice(0, 2));
      for (const look of looks) {
        await page.setViewportSize(look.viewport);
        await page.emulateMedia({ colorScheme: look.colorScheme });
        await settled(page);
        expect(await overflow(page)).toBe(0);
        expect(await violations(page)).toEqual([]);
        if (locale === "de-AT") expect(await englishOn(page)).toEqual([]);
        await screenshot(page, `${name}-${look.name}-${locale.slice(0, 2)}`);
      }
    });
  }
});

describe.skipIf(isBrowserMissing)("for everyone", () => {
  test("opens what a button opens beside the button, on a phone too", async ({ open, looked }) => {
    const { longHistory, solar } = looked.full.residents;
    for (const look of [PHONE, DESK]) {
      const page = await open(`/#/compare?device=${longHistory},${solar}`, look);
      for (const button of ["Settings", "Choose devices", "Custom …"]) {
        const opener = page.getByRole("button", { name: button });
        await opener.click();
        const opened = page.locator(":popover-open");
        const [above, below] = [await opener.boundingBox(), await opened.boundingBox()];
        if (above === null || below === null) throw new Error(`${button} opens nothing`);
        const distance = Math.max(below.y - (above.y + above.height), above.y - (below.y + below.height));
        expect(Math.abs(distance), button).toBeLessThan(12);
        expect(below.x + below.width, button).toBeLessThanOrEqual(look.viewport.width);
        await screenshot(page, `opened-${button.split(" ")[0]}-${look.name}`);
        await page.keyboard.press("Escape");
      }
    }
  });

  test("speaks the browser's language with its country's numbers, and the other by a switch", async ({
    open,
  }) => {
    const page = await open("/", { locale: "de-AT" });
    const card = page.getByRole("article", { name: "Household 1", exact: true });
    await expect
      .poll(() => textOf(card))
      .toMatch(/Bezug heute\s+\d+,\d+ kWh\s+€ \d+,\d\d\s+gestern bis jetzt \d+,\d+ kWh/);
    await page.getByRole("button", { name: "Einstellungen" }).click();
    await page.getByRole("radio", { name: "English" }).check();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
  });

  test("says everything in German and marks as English what others said", async ({ open, looked }) => {
    const page = await open("/#/pipeline", { locale: "de-AT" });
    await settled(page);
    await page.getByText("Der Schlüssel ist unbekannt oder widerrufen").first().waitFor();
    await page
      .locator('[lang="en"]')
      .getByText(/^energyLIVE answered 403/)
      .waitFor();
    await page.getByText("nmae ist kein Feld eines Geräts").waitFor();
    for (const summary of await page.locator("main summary").all()) await summary.click();
    await page.locator('[lang="en"]').getByText("v is 99; this consumer reads up to 1").first().waitFor();
    await page.getByRole("button", { name: "Ansehen" }).first().click();
    await page.getByRole("dialog", { name: "Eine unzustellbare Nachricht" }).waitFor();
    expect(await englishOn(page)).toEqual([]);
    const device = await open(`/#/devices/${looked.full.residents.longHistory}`, { locale: "de-AT" });
    await settled(device);
    await device.getByText("Zählerstand, Einspeisung").waitFor();
    await device.getByRole("button", { name: "Einstellungen" }).click();
    for (const summary of await device.locator("main summary").all()) await summary.click();
    expect(await englishOn(device)).toEqual([]);
  });

  test("is dark or light as the system, or as chosen", async ({ open }) => {
    const page = await open("/", { colorScheme: "dark" });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.getByRole("button", { name: "Settings" }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("radio", { name: "Light" }).check();
    const light = await ground();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.locator("main h1").waitFor();
    expect(await ground()).toBe(light);
  });

  test("needs no pointer: pages, ranges and the redrive dialog by key", async ({ open }) => {
    const page = await open("/#/pipeline");
    const focused = () =>
      page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.ariaLabel);
    const tabTo = async (name: string) => {
      for (let steps = 0; steps < 60 && (await focused()) !== name; steps += 1)
        await page.keyboard.press("Tab");
      expect(await focused()).toBe(name);
    };
    await settled(page);
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await tabTo("Redrive 3 messages");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Redrive?" });
    await dialog.waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(await focused()).toBe("Redrive 3 messages");
    await page.evaluate(() => document.getElementById("page")?.querySelector("a")?.focus());
    await tabTo("Overview");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    // The new page's heading has the focus: what comes next is its content.
    await expect.poll(focused).toBe("Overview");
  });

  test("stands still for people who prefer less motion", async ({ open }) => {
    const page = await open("/", { reducedMotion: "reduce" });
    await page.locator("main h1").waitFor();
    const durations = await page.evaluate(() =>
      document.getAnimations().map(({ effect }) => Number(effect?.getComputedTiming().duration)),
    );
    expect(durations.filter((duration) => duration > 10)).toEqual([]);
  });
});
