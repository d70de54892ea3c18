/**
 * Makes the pictures of the dashboard: `docs/images/overview.png` and `device.png`, and the other pages into
 * `.build/screenshots`. Simulated households at a moment that never changes, so that the pictures change only when the
 * page does.
 */
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dashboard } from "@energylive/api/server";
import { openDashboard } from "@energylive/cli/dashboard/open";
import type { Clock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { type Stack, startStack } from "@energylive/local/stack";
import { type SimulatedApi, startSimulatedApi } from "@energylive/simulator/server";
import { ensureAssets } from "@energylive/web/build";
import { type BrowserContext, chromium } from "playwright-core";
import { seedHistory } from "../tests/api/support/history.ts";
import { stageOf } from "../tests/support/stage.ts";
import { FLAGS, findChromium, HOW_TO_GET_IT } from "../tests/web/support/chromium.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const IMAGES = join(ROOT, "docs", "images");
const ARTEFACTS = join(ROOT, ".build", "screenshots");

/** A clear afternoon in June: there is both to draw and to feed in. */
const NOW = Date.parse("2026-06-17T15:20:30+02:00");
const DAY_MS = 86_400_000;

const WIDTH = 1_200;
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

/** What the device's picture interrupts: three hours in the night. */
const GAP = { from: NOW - 15 * 3_600_000, to: NOW - 12 * 3_600_000 };

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
    log: createLog({ level: "silent" }),
    windowSeconds: 0.1,
    clock,
  });
  started.defer(() => stack.stop());
  await fill(stack, api);
  const dashboard = await serve(stack);
  started.defer(() => dashboard.close());
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  started.defer(() => browser.close());
  const context = await browser.newContext({
    viewport: { width: WIDTH, height: 860 },
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await takePictures(context, dashboard, api);
}

/** A month of the past, and one poll of now. */
async function fill(stack: Stack, api: SimulatedApi): Promise<void> {
  const { dynamodb, names } = stack;
  await seedHistory({
    dynamodb,
    names,
    devices: NAMES.length,
    from: NOW - 2 * DAY_MS,
    to: NOW - 60_000,
    nameOf: (index) => NAMES[index] ?? "",
    isGap: (at, index) => index === 0 && at > GAP.from && at < GAP.to,
  });
  api.setFault(api.deviceIds[FAILING] ?? "", { kind: "status", status: 403 });
  await stack.poll({});
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

async function takePictures(context: BrowserContext, { url }: Dashboard, api: SimulatedApi): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  await mkdir(ARTEFACTS, { recursive: true });
  const [first = "", second = ""] = api.deviceIds;
  const pictures = [
    { file: join(IMAGES, "overview.png"), route: "/", height: 985 },
    { file: join(IMAGES, "device.png"), route: `/#/devices/${first}`, height: 1_130 },
    {
      file: join(ARTEFACTS, "compare.png"),
      route: `/#/compare?device=${first},${second}&sum=1`,
      height: 1_130,
    },
    { file: join(ARTEFACTS, "pipeline.png"), route: "/#/pipeline", height: 1_130 },
  ];
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await page.goto(url);
  for (const { file, route, height } of pictures) {
    await page.goto(new URL(route, page.url()).href);
    await page.locator("main h1").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator(".skeleton, .chart-progress").first().waitFor({ state: "detached" });
    await page.mouse.move(0, 0);
    await page.screenshot({ path: file, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height } });
    const { size } = await stat(file);
    process.stdout.write(`${relative(ROOT, file)}  ${Math.ceil(size / 1_000)} kB\n`);
  }
}

await main();
