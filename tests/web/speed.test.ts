import { describe, expect } from "vitest";
import { seedHistory } from "../api/support/history.ts";
import { startCollector } from "../e2e/collector.ts";
import { isBrowserMissing, settled, test, textOf } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

const DAY_MS = 86_400_000;
const FIVE_MINUTES_MS = 300_000;
const DRAWN_POWER = "0100010700";
const POINTS = (365 * DAY_MS) / FIVE_MINUTES_MS;

/** Not at each frame, as by default: without a graphics card frames are what costs most. */
const LOOKED_AT = { polling: 20 };

/** Frames that are watched while the chart is dragged. */
const FRAMES = 60;

describe.skipIf(isBrowserMissing)("a year of five-minute values", () => {
  test("shows a year soon, and follows the pointer", { timeout: 180_000 }, async ({ open }) => {
    await using collector = await startCollector({ devices: 0 });
    const { names, dynamodb } = collector.stack;
    const to = Math.floor(Date.now() / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
    const from = to - 365 * DAY_MS;
    const [device = ""] = await seedHistory({ dynamodb, names, from, to, types: [DRAWN_POWER] });
    const reads = watchReads(collector);
    const chosenMs = await timeOfChoice();
    const dashboard = await serve(collector);
    const url = new URL(dashboard.url);
    const page = await open("/#/nothing", { url: dashboard.url });
    await page.locator("main p").waitFor();
    const cold = await timesOf(() => page.goto(`${url.origin}/?#/devices/${device}?range=1y`));
    const warm = await timesOf(() => page.reload());
    const frames = await dragFrames();
    process.stdout.write(
      `a year of ${POINTS.toLocaleString("en")} values, of which the server has read none: chosen on the page, all of it ` +
        `after ${chosenMs} ms; opened by its address, first chart after ${cold.firstMs} ms, all of it after ` +
        `${cold.wholeMs} ms; loaded again ${warm.firstMs} ms and ${warm.wholeMs} ms; ` +
        `a dragged frame takes ${frames.median} ms (median), ${frames.slowest} ms at most\n`,
    );
    expect(await textOf(page.locator("[id]:has(> p)").filter({ hasText: "Arrow keys" }))).toMatch(
      /Drawn: lowest .* highest .* mean/,
    );
    await settled(page);
    await page.context().close();
    await dashboard.close();
    await reads.quiet();

    /** From the click on, for a server that has read the last day and nothing else. */
    async function timeOfChoice(): Promise<number> {
      const fresh = await serve(collector);
      const page = await open(`/#/devices/${device}?range=24h`, { url: fresh.url });
      await settled(page);
      const takenMs = await page.getByRole("button", { name: "1 year" }).evaluate(
        (button) =>
          new Promise<number>((resolve) => {
            const startedAt = performance.now();
            let isLoading = false;
            const watching = new MutationObserver(() => {
              const wasLoading = isLoading;
              isLoading = document.querySelector(".chart-progress") !== null;
              if (!wasLoading || isLoading) return;
              watching.disconnect();
              // The frame after the one in which it is drawn.
              requestAnimationFrame(() =>
                requestAnimationFrame(() => resolve(performance.now() - startedAt)),
              );
            });
            watching.observe(document.body, { subtree: true, childList: true });
            (button as HTMLElement).click();
          }),
      );
      await page.context().close();
      await fresh.close();
      return Math.round(takenMs);
    }

    /** From the moment that the page is asked for. */
    async function timesOf(load: () => Promise<unknown>) {
      const startedAt = performance.now();
      const passed = () => Math.round(performance.now() - startedAt);
      const loaded = load();
      await page.waitForFunction(
        () => Number(document.querySelector<HTMLElement>(".power-chart")?.dataset.points ?? 0) > 0,
        null,
        LOOKED_AT,
      );
      const firstMs = passed();
      await page.waitForFunction(() => document.querySelector(".chart-progress") === null, null, LOOKED_AT);
      const wholeMs = passed();
      await loaded;
      return { firstMs, wholeMs };
    }

    async function dragFrames() {
      const box = await page.locator(".power-chart .u-over").boundingBox();
      if (box === null) throw new Error("the plot is missing");
      await page.mouse.move(box.x + 100, box.y + 50);
      await page.mouse.down();
      const watching = page.evaluate(
        (count) =>
          new Promise<number[]>((resolve) => {
            const times: number[] = [];
            const watch = (now: number) => {
              times.push(now);
              if (times.length > count)
                resolve(times.slice(1).map((time, index) => time - (times[index] ?? time)));
              else requestAnimationFrame(watch);
            };
            requestAnimationFrame(watch);
          }),
        FRAMES,
      );
      for (let step = 0; step < FRAMES; step += 1) await page.mouse.move(box.x + 100 + 4 * step, box.y + 50);
      await page.mouse.up();
      const times = (await watching).sort((a, b) => a - b);
      return { median: Math.round(times[FRAMES >> 1] ?? 0), slowest: Math.round(times.at(-1) ?? 0) };
    }
  });
});
