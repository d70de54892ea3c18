import type { Dashboard } from "@energylive/api/server";
import { describe, expect } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { isBrowserMissing, test, textOf } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

const MINUTE_MS = 60_000;

describe.skipIf(isBrowserMissing)("when the collector has stopped", () => {
  test("says so, and shows what is known as old", async ({ open }) => {
    await using collector = await startHousehold();
    const reads = watchReads(collector);
    await using dashboard = served(await serve(collector, { stoppedMs: 25 * MINUTE_MS }));
    const page = await open("/", { url: dashboard.url });
    const banner = page.locator(".banner");
    await banner.getByText("Nothing is being collected").waitFor();
    expect(await textOf(banner)).toMatch(/The last poll was 25 min ago\..*: npm start/);
    const card = page.getByRole("article", { name: "Haus" });
    await card.getByText(/last known, 2\d min ago/).waitFor();
    expect(await textOf(card)).toMatch(/Stale/);
    expect(await textOf(card)).not.toMatch(/from the grid|into the grid/);
    expect(await textOf(page.locator("header.site-header"))).not.toContain("Live");
    await card.getByRole("link", { name: "Haus" }).click();
    await page
      .locator(".device-head")
      .getByText(/last known, 2\d min ago/)
      .waitFor();
    expect(await textOf(page.locator(".device-head"))).toContain("Stale");
    await page.context().close();
    await reads.quiet();
  });

  test("shows the power of a device that is no longer polled as the last known", async ({ open }) => {
    await using collector = await startHousehold();
    await collector.stack.devices.edit(collector.ids[0] ?? "", { set: { enabled: false }, remove: [] });
    const reads = watchReads(collector);
    await using dashboard = served(await serve(collector));
    const page = await open("/", { url: dashboard.url });
    await page.getByText(/last known, \d+ s ago/).waitFor();
    expect(await page.locator(".banner").count()).toBe(0);
    await page.context().close();
    await reads.quiet();
  });
});

/** A collector of one household, polled once. */
async function startHousehold(): Promise<Collector> {
  const collector = await startCollector();
  await collector.put({ device_id: collector.ids[0], name: "Haus" });
  await collector.stack.poll({});
  await collector.drained();
  return collector;
}

/** Closed at the end of a test, also of one that fails. */
function served(dashboard: Dashboard): AsyncDisposable & { url: string } {
  return { url: dashboard.url, [Symbol.asyncDispose]: () => dashboard.close() };
}

describe.skipIf(isBrowserMissing)("when the server is gone", () => {
  test("says that the server is gone, keeps what it has, and continues by itself", async ({
    open,
    allowed,
  }) => {
    allowed.push(/Failed to load resource/, /ERR_FAILED/);
    const page = await open("/");
    await page.getByText("50 devices").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await page.route("**/api/**", (route) => route.abort());
    await page.getByRole("button", { name: "Failing 1" }).click();
    await page.getByText("No connection").first().waitFor();
    await page.getByText("the page keeps trying").waitFor();
    expect(await page.locator(".device-card").count()).toBeGreaterThan(0);
    await page.unroute("**/api/**");
    await page.getByText("1 device", { exact: true }).waitFor();
    await page.getByText("the page keeps trying").waitFor({ state: "detached" });
  });

  test("asks to open the printed address when another server came back", async ({ open, allowed }) => {
    allowed.push(/Failed to load resource/, /ERR_/);
    await using collector = await startCollector({ devices: 0 });
    const reads = watchReads(collector);
    const first = await serve(collector);
    const page = await open("/", { url: first.url });
    await page.getByText("No devices yet").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await first.close();
    await page.getByText("No connection").first().waitFor();
    const second = await serve(collector, { port: first.port });
    await page.getByText("Not signed in").first().waitFor();
    await page.goto(second.url);
    await page.getByText("No devices yet").waitFor();
    await page.context().close();
    await second.close();
    await reads.quiet();
  });
});
