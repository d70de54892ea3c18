import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiKey } from "@energylive/core/keys/api-key";
import { fileKeyVault, keyFile } from "@energylive/local/key-file";
import { describe, expect } from "vitest";

import { API_KEY, startCollector } from "../e2e/collector.ts";
import { isBrowserMissing, test } from "./support/page.ts";
import { serve, watchReads } from "./support/world.ts";

/** In the page: lets a test ask how many of the event sources that are made from now on are not closed. */
function countEventSources(): void {
  const made: EventSource[] = [];
  const Original = globalThis.EventSource;
  globalThis.EventSource = class extends Original {
    constructor(url: string | URL) {
      super(url);
      made.push(this);
    }
  };
  Reflect.set(
    globalThis,
    "openSources",
    () => made.filter(({ readyState }) => readyState !== Original.CLOSED).length,
  );
}

describe.skipIf(isBrowserMissing)("the page of a device that is looked at", () => {
  test("shows its values as it sends them, and follows it no longer than that", async ({ open }) => {
    await using started = new AsyncDisposableStack();
    const data = await mkdtemp(join(tmpdir(), "energylive-live-"));
    started.defer(() => rm(data, { recursive: true, force: true }));
    const folder = join(data, "account");
    const collector = started.use(await startCollector({ folder }));
    await fileKeyVault({ file: keyFile(folder), now: Date.now }).set(new ApiKey("default", API_KEY));
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id });
    await collector.stack.poll({});
    await collector.drained();
    const reads = watchReads(collector);
    started.defer(() => reads.quiet());
    const dashboard = await serve(collector, { account: folder });
    started.defer(() => dashboard.close());
    const streams = () => collector.api.requests(id).filter(({ path }) => path.endsWith("/live"));

    const page = await open(`/#/devices/${id}`, { url: dashboard.url });
    const live = page.getByText("live values", { exact: true });
    await live.waitFor();
    const before = (await collector.items(id)).length;
    // Nothing polls: what is stored now came through the stream.
    await expect
      .poll(async () => (await collector.items(id)).length, { timeout: 40_000 })
      .toBeGreaterThan(before);
    expect(streams()).toHaveLength(1);
    await page.getByRole("link", { name: "Overview" }).click();
    await live.waitFor({ state: "detached" });
    // A browser has six connections to a server: one that is left behind each time would soon block the page.
    await page.evaluate(countEventSources);
    for (let times = 0; times < 8; times += 1)
      await page.evaluate(
        (to) => {
          location.hash = to;
        },
        times % 2 === 0 ? `#/devices/${id}` : "#/",
      );
    await page.evaluate((to) => {
      location.hash = to;
    }, `#/devices/${id}`);
    await live.waitFor();
    await expect.poll(() => page.evaluate(() => Reflect.get(globalThis, "openSources")())).toBe(1);
    await page.context().close();
  });
});
