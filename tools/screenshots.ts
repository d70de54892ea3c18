/**
 * Makes the pictures of the dashboard from the demo of `npm start`: `docs/images/overview.png` and `device.png`, and every page at each
 * width, light and dark, German and English, into `.build/screenshots`. At a moment that never changes, so that the pictures
 * change only when the page does.
 */
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dashboard } from "@energylive/api/server";
import { openDashboard } from "@energylive/cli/dashboard/open";
import { beginPast, writePast } from "@energylive/cli/start/past";
import { DEMO_TARIFF } from "@energylive/cli/start/source";
import { addExampleTariffs } from "@energylive/cli/tariffs/examples";
import type { Clock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { type Stack, startStack } from "@energylive/local/stack";
import { type SimulatedApi, startSimulatedApi } from "@energylive/simulator/server";
import { ensureAssets } from "@energylive/web/build";
import { type Browser, chromium, type Page } from "playwright-core";
import { stageOf } from "../tests/support/stage.ts";
import { FLAGS, findChromium, HOW_TO_GET_IT } from "../tests/web/support/chromium.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const IMAGES = join(ROOT, "docs", "images");
const ARTEFACTS = join(ROOT, ".build", "screenshots");

/** A clear afternoon in June: there is both to draw and to feed in. */
const NOW = Date.parse("2026-06-17T15:20:30+02:00");

/** Of the pictures in README, and their heights. */
const WIDTH = 1_200;
const SHOWN: Readonly<Record<string, number>> = { overview: 1_190, device: 1_180 };

const WIDTHS = [360, 1_280, 2_560];

const DRAWN_WITHIN_MS = 30_000;
const KEY = "simulated-key";
const NAMES = [
  "Haus Lindengasse",
  "Hof am Weinberg",
  "Wohnung Murgasse",
  "Werkstatt",
  "Almhütte",
  "Haus Seeblick",
];

/** This one's key was revoked: a picture that shows only what goes well shows half. */
const FAILING = 3;

const clock: Clock = { now: () => NOW, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };

async function main(): Promise<void> {
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error(HOW_TO_GET_IT);
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "energylive-pictures-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const api = started.use(
    await startSimulatedApi({ deviceCount: NAMES.length, apiKey: KEY, now: clock.now }),
  );
  const stack = await startStack({
    folder,
    api: { url: api.baseUrl, key: KEY },
    priceUrl: api.priceUrl,
    log: createLog({ level: "silent" }),
    windowSeconds: 0.1,
    clock,
  });
  started.defer(() => stack.stop());
  await fill(stack, api, folder);
  const dashboard = await serve(stack);
  started.defer(() => dashboard.close());
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  started.defer(() => browser.close());
  await takePictures(browser, dashboard, api);
}

/** The past of the demo, and one poll of now. */
async function fill(stack: Stack, api: SimulatedApi, folder: string): Promise<void> {
  for (const [index, device_id] of api.deviceIds.entries())
    await stack.devices.add({ device_id, name: NAMES[index] ?? "", tariff: DEMO_TARIFF });
  await addExampleTariffs(stack);
  await beginPast(folder, NOW);
  await writePast({
    stack,
    folder,
    devices: api.deviceIds.map((id) => api.device(id)),
    log: createLog({ level: "silent" }),
    signal: new AbortController().signal,
    clock: { ...clock, sleep: async () => {} },
  });
  await stack.poll({});
  const failing = api.deviceIds[FAILING] ?? "";
  api.setFault(failing, { kind: "status", status: 403 });
  await stack.poll({ device_ids: [failing] });
  for (;;) {
    const { waiting, inFlight } = await stack.queueDepth();
    if (waiting + inFlight === 0) return;
    await clock.sleep(50);
  }
}

async function serve(stack: Stack): Promise<Dashboard> {
  return openDashboard(stageOf(stack), {
    clock,
    log: createLog({ level: "silent" }),
    assets: ensureAssets,
    port: 0,
  });
}

async function takePictures(browser: Browser, { url }: Dashboard, api: SimulatedApi): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  await mkdir(ARTEFACTS, { recursive: true });
  const [first = "", second = ""] = api.deviceIds;
  const pages = {
    overview: "/",
    device: `/#/devices/${first}`,
    year: `/#/devices/${first}?range=1y`,
    cost: `/#/devices/${first}?range=month&in=eur`,
    prices: `/#/prices?device=${first}`,
    compare: `/#/compare?device=${first},${second}&sum=1`,
    pipeline: "/#/pipeline",
    table: "/#/?view=table&sort=power",
    manage: "/#/manage",
  };
  for (const locale of ["en-GB", "de-AT"])
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({
        locale,
        colorScheme,
        timezoneId: "Europe/Vienna",
        reducedMotion: "reduce",
      });
      const page = await context.newPage();
      await page.clock.setFixedTime(NOW);
      await page.goto(url);
      for (const [name, route] of Object.entries(pages)) {
        await page.goto(new URL(route, page.url()).href);
        for (const width of WIDTHS) {
          const file = join(ARTEFACTS, `${name}-${width}-${colorScheme}-${locale.slice(0, 2)}.png`);
          await take(page, file, { width, height: 900 });
        }
        const height = locale === "en-GB" && colorScheme === "light" ? SHOWN[name] : undefined;
        if (height !== undefined) await take(page, join(IMAGES, `${name}.png`), { width: WIDTH, height });
      }
      await context.close();
    }
}

async function take(page: Page, file: string, size: { width: number; height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.locator("main h1").waitFor();
  await page.locator(".connection-open").waitFor();
  await drawn(page, size.height);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: file });
  const { size: bytes } = await stat(file);
  process.stdout.write(`${relative(ROOT, file)}  ${Math.ceil(bytes / 1_000)} kB\n`);
}

/** Waits until nothing in the picture is still loading; what is below it may wait until somebody scrolls there. */
async function drawn(page: Page, height: number): Promise<void> {
  const endsAt = Date.now() + DRAWN_WITHIN_MS;
  for (;;) {
    // Asked in one go: an element that is gone before its turn would be waited for.
    const isLoading = await page
      .locator(".skeleton, .chart-progress")
      .evaluateAll(
        (all, height) =>
          all.some((each) => each.checkVisibility() && each.getBoundingClientRect().y <= height),
        height,
      );
    if (!isLoading) return;
    if (Date.now() > endsAt) throw new Error(`${page.url()} is still loading`);
    await clock.sleep(50);
  }
}

await main();
