import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { test as base, expect, inject } from "vitest";

import type { Looked } from "./setup.ts";

const SCREENSHOTS = fileURLToPath(new URL("../../../.build/screenshots", import.meta.url));

/** A page that does not become what a test waits for in this time never will. */
const PATIENCE_MS = 30_000;
const POLLING_MS = 100;

const TIME_ZONE = "Europe/Vienna";

/** The date at a time where the browser is: `2026-11-25`. */
export const localDate = (at: number) => new Date(at).toLocaleDateString("sv", { timeZone: TIME_ZONE });

interface OpenOptions extends BrowserContextOptions {
  /** The dashboard's address with its token. Default: that of the full world. */
  url?: string;
}

export type Open = (route: string, options?: OpenOptions) => Promise<Page>;

/**
 * Opens pages in a browser that speaks English and sits in Vienna. Any error in its console fails the test: scripts that
 * throw, requests that fail, and what the content security policy refuses.
 */
export const test = base
  .extend("looked", { scope: "worker" }, async (): Promise<Looked> => {
    const page = inject("page");
    if ("missing" in page) throw new Error(page.missing);
    return page;
  })
  .extend("browser", { scope: "worker" }, async ({ looked }, { onCleanup }): Promise<Browser> => {
    const browser = await chromium.connect(looked.browser);
    onCleanup(() => browser.close());
    return browser;
  })
  /** What may stand in the console: a test that breaks something on purpose says so here. */
  .extend("allowed", (): RegExp[] => [])
  .extend("open", async ({ browser, looked, allowed }, { onCleanup }): Promise<Open> => {
    const problems: string[] = [];
    const contexts: (() => Promise<void>)[] = [];
    onCleanup(async () => {
      for (const close of contexts) await close();
      expect(problems.filter((problem) => !allowed.some((pattern) => pattern.test(problem)))).toEqual([]);
    });
    return async (route, { url = looked.full.url, ...options } = {}) => {
      const context = await browser.newContext({
        locale: "en-GB",
        timezoneId: TIME_ZONE,
        colorScheme: "light",
        // Nothing has to be waited for, and without a graphics card each frame costs.
        reducedMotion: "reduce",
        viewport: { width: 1280, height: 900 },
        ...options,
      });
      contexts.push(() => context.close());
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("dialog", async (dialog) => {
        problems.push(`a dialog: ${dialog.message()}`);
        await dialog.dismiss();
      });
      // The token becomes a cookie, and the address loses it, but not what stands behind `#`.
      await page.goto(`${url}${route.slice(1)}`);
      return page;
    };
  });

/** Whether there is a browser at all; `describe.skipIf` says so where there is none. */
export const isBrowserMissing = "missing" in inject("page");

/** What can be read there, on one line: line breaks and spaces that keep words together are plain spaces. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replaceAll(/\s+/g, " ");
}

/** Starts a download, and reads it. */
export async function downloaded(page: Page, button: Locator): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return text(await download.createReadStream());
}

/** Kept as an artefact of the build, to be looked at: the whole page, or of a long list what is on the screen. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const isLong = (await page.locator(".device-card").count()) > 0;
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: !isLong });
}

/** What can be seen has come: no skeleton, no chart that still loads. Cards further down wait until they are looked at. */
export async function settled(page: Page): Promise<void> {
  await page.locator("main h1").waitFor();
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll(".skeleton, .chart-progress")].every(
        (element) => element.getBoundingClientRect().top > innerHeight,
      ),
    null,
    // Not at each frame, as by default: without a graphics card frames are what costs most.
    { polling: POLLING_MS },
  );
}
