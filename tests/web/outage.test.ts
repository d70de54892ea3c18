import { describe, expect } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { isBrowserMissing, test } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

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
    const second = await serve(collector, first.port);
    await page.getByText("Not signed in").first().waitFor();
    await page.goto(second.url);
    await page.getByText("No devices yet").waitFor();
    await page.context().close();
    await second.close();
    await reads.quiet();
  });
});
