import type { LatestValue, LiveEvent } from "@energylive/api/contract";
import type { PipelineSource } from "@energylive/api/pipeline/source";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

let collector: Collector;
beforeAll(async () => {
  collector = await startCollector({ devices: 2 });
  for (const device_id of collector.ids) await collector.put({ device_id });
});
afterAll(() => collector[Symbol.asyncDispose]());

const id = (index: number) => collector.ids[index] ?? "";

interface Listening extends AsyncDisposable {
  events: LiveEvent[];
  ended: Promise<void>;
}

/** What a page does with `EventSource`; resolves once the server has the connection. */
async function listen({ get }: TestDashboard, query = ""): Promise<Listening> {
  const response = await get(`/api/events${query}`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events: LiveEvent[] = [];
  const first = Promise.withResolvers<void>();
  async function read(): Promise<void> {
    let text = "";
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) return;
      first.resolve();
      text += value;
      const whole = text.split("\n\n");
      text = whole.pop() ?? "";
      for (const message of whole)
        if (message.startsWith("data: ")) events.push(JSON.parse(message.slice(6)));
    }
  }
  const ended = read().catch(() => {});
  await first.promise;
  return {
    events,
    ended,
    async [Symbol.asyncDispose]() {
      await reader?.cancel();
    },
  };
}

/** What was reported about a device since then. */
function storedOf(events: readonly LiveEvent[], deviceId: string, since: number): LatestValue[] {
  return events
    .flatMap((event) => (event.kind === "stored" && event.device_id === deviceId ? event.latest : []))
    .filter(({ timestamp }) => timestamp >= since);
}

const nothing = { oldest_age_ms: null, runs: null, throughput: null, ingest_lag: null, unknown: [] };

describe("the event stream", () => {
  it.each([
    ["of a stack in this process", true],
    ["of a stack that has to be looked at", false],
  ])("reports within seconds what a poll brought, each measurement once, %s", async (_, isHere) => {
    const pipeline: PipelineSource = {
      read: async () => nothing,
      ...(isHere ? { onActivity: collector.stack.activity.onChange } : {}),
    };
    await using dashboard = await openDashboard(collector, { pipeline });
    await using all = await listen(dashboard);
    await using one = await listen(dashboard, `?device=${id(1)}`);
    const now = Date.now();
    for (const index of [0, 1]) {
      collector.api.setResponse(id(index), [
        { measurement: "0100010700", timestamp: now + index, value: 100 + index },
        { measurement: "batteryVoltage", timestamp: now + index, value: 5_000 },
      ]);
    }
    await collector.stack.poll({});
    await vi.waitFor(
      () => {
        for (const index of [0, 1]) expect(storedOf(all.events, id(index), now)).toHaveLength(2);
        expect(storedOf(one.events, id(1), now)).toHaveLength(2);
      },
      { timeout: 8_000, interval: 50 },
    );
    expect(storedOf(one.events, id(0), now)).toEqual([]);
    expect(storedOf(all.events, id(0), now)).toMatchObject([
      { measurement_type: "0100010700", value: "100", unit: "W", timestamp: now },
      { measurement_type: "batteryVoltage", value: "5000", unit: "mV" },
    ]);
    expect(all.events.some(({ kind }) => kind === "pipeline")).toBe(isHere);
  });

  it("reports a new device, and a changed health", async () => {
    await using dashboard = await openDashboard(collector);
    await using page = await listen(dashboard);
    const devices = () => page.events.filter(({ kind }) => kind === "devices").length;
    // The first look is what later ones are compared with.
    await dashboard.json("/api/devices");
    await collector.put({ device_id: "I-01012020-00000001" });
    await vi.waitFor(() => expect(devices()).toBe(1), { timeout: 8_000, interval: 50 });
    await collector.put({ device_id: "I-01012020-00000001", enabled: false });
    await vi.waitFor(() => expect(devices()).toBe(2), { timeout: 8_000, interval: 50 });
  });

  it("does not keep the dashboard running: it ends at once, for every page", async () => {
    const dashboard = await openDashboard(collector);
    const pages = await Promise.all([listen(dashboard), listen(dashboard)]);
    const startedAt = performance.now();
    await dashboard[Symbol.asyncDispose]();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await Promise.all(pages.map(({ ended }) => ended));
  });
});
