import type { ServerResponse } from "node:http";
import type { Account } from "@energylive/api/account/account";
import type { LatestValue, LiveEvent } from "@energylive/api/contract";
import { systemClock } from "@energylive/core/clock";
import { createEnergyLiveClient } from "@energylive/core/energylive/client";
import { ApiKey } from "@energylive/core/keys/api-key";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const POWER = "0100010700";

/** The live endpoint of the energyLIVE API, as a test plays it. */
interface PlayedApi extends TestServer {
  /** Streams that are open, by device. */
  open: Map<string, ServerResponse>;
  /** Every request's path. */
  requests: string[];
  /** Answers instead of a stream. */
  status: number | undefined;
  send(deviceId: string, data: string): void;
}

async function startPlayedApi(): Promise<PlayedApi> {
  const open = new Map<string, ServerResponse>();
  const requests: string[] = [];
  const server = await startServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://api");
    requests.push(pathname);
    const [, deviceId = ""] = /devices\/([^/]+)\/measurements\/live$/.exec(pathname) ?? [];
    if (request.headers["x-api-key"] !== API_KEY) response.writeHead(403).end();
    else if (api.status !== undefined) response.writeHead(api.status).end();
    else {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(": live\n\n");
      open.set(deviceId, response);
      response.once("close", () => open.delete(deviceId));
    }
  });
  const api: PlayedApi = {
    ...server,
    open,
    requests,
    status: undefined,
    send: (deviceId, data) => void open.get(deviceId)?.write(`data: ${data}\n\n`),
  };
  return api;
}

let collector: Collector;
let api: PlayedApi;
let dashboard: TestDashboard;
let home = "";
beforeAll(async () => {
  collector = await startCollector();
  [home = ""] = collector.ids;
});
afterAll(() => collector[Symbol.asyncDispose]());

beforeEach(async () => {
  await collector.put({ device_id: home });
  api = await startPlayedApi();
  const client = createEnergyLiveClient({
    baseUrl: `${api.url}/api/v1`,
    fetch,
    clock: systemClock,
    random: () => 0,
    timeoutMs: 5_000,
  });
  const account: Account = {
    api: async () => client,
    ownApi: async () => client,
    keys: async () => ({
      source: async (name) => new ApiKey(name, API_KEY),
      vault: { list: async () => [], set: async () => {}, remove: async () => false },
    }),
    poll: (device_ids) => collector.stack.poll({ device_ids }),
  };
  dashboard = await openDashboard(collector, { account });
});
afterEach(async () => {
  await dashboard[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

interface Looking extends AsyncDisposable {
  events: LiveEvent[];
}

/** A page that looks at a device. */
async function look(deviceId = home): Promise<Looking> {
  const response = await dashboard.get(`/api/events?device=${deviceId}&live=${deviceId}`);
  const reader = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const events: LiveEvent[] = [];
  const reading = (async () => {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) return;
      events.push(JSON.parse(value.data));
    }
  })().catch(() => {});
  return {
    events,
    async [Symbol.asyncDispose]() {
      await reader?.cancel();
      await reading;
    },
  };
}

const isFollowed = ({ events }: Looking) =>
  events.flatMap((event) => (event.kind === "live" ? [event.is_followed] : [])).at(-1);

const valuesOf = ({ events }: Looking): LatestValue[] =>
  events.flatMap((event) => (event.kind === "stored" ? event.latest : []));

const element = (timestamp: number, value: number | string) =>
  `{"measurement":"${POWER}","timestamp":${timestamp},"value":${value}}`;

const storedAt = async (timestamp: number) =>
  (await collector.items(home)).find(({ timestamp: at }) => at?.N === String(timestamp))?.value?.N;

describe("a page that looks at a device", () => {
  it("is told what it sends at once, and all of it is stored, to the last digit", async () => {
    await using page = await look();
    await expect.poll(() => isFollowed(page)).toBe(true);
    const at = Date.now() - 60_000;
    api.send(home, element(at, "138.50"));
    api.send(home, element(at + 1_000, "12345678901234567.125"));
    // Sent again, as energyLIVE does.
    api.send(home, element(at, "138.5"));
    await expect
      .poll(() => valuesOf(page).map(({ value }) => value))
      .toEqual(["138.5", "12345678901234567.125"]);
    expect(valuesOf(page)[0]).toMatchObject({ measurement_type: POWER, unit: "W", timestamp: at });
    await collector.drained();
    expect([await storedAt(at), await storedAt(at + 1_000)]).toEqual(["138.5", "12345678901234567.125"]);
  });

  it("shares one stream with others, which ends when nobody looks any more", async () => {
    const first = await look();
    await expect.poll(() => isFollowed(first)).toBe(true);
    const second = await look();
    await expect.poll(() => isFollowed(second)).toBe(true);
    expect(api.requests).toHaveLength(1);
    await first[Symbol.asyncDispose]();
    api.send(home, element(Date.now() - 50_000, 1));
    await expect.poll(() => valuesOf(second)).toHaveLength(1);
    await second[Symbol.asyncDispose]();
    await expect.poll(() => api.open.size, { timeout: 15_000 }).toBe(0);
    expect(api.requests).toHaveLength(1);
  }, 30_000);

  it("is followed again after the stream has ended", async () => {
    await using page = await look();
    await expect.poll(() => isFollowed(page)).toBe(true);
    api.open.get(home)?.destroy();
    await expect.poll(() => api.requests.length, { timeout: 15_000 }).toBe(2);
    const at = Date.now() - 40_000;
    await expect.poll(() => api.open.size).toBe(1);
    api.send(home, element(at, 7));
    await expect.poll(() => valuesOf(page).map(({ timestamp }) => timestamp)).toEqual([at]);
  }, 30_000);

  it("never sees what is no measurement; it goes to the dead-letter queue with its reason", async () => {
    await collector.dlq();
    await using page = await look();
    await expect.poll(() => isFollowed(page)).toBe(true);
    const at = Date.now() - 30_000;
    api.send(home, "no json");
    api.send(home, '{"measurement":"0100010700","timestamp":"now","value":1}');
    api.send(home, element(Date.now() + 3 * 86_400_000, 2));
    api.send(home, element(at, 3));
    await expect.poll(() => valuesOf(page).map(({ timestamp }) => timestamp)).toEqual([at]);
    const letters = await collector.dlq();
    const reasons = letters.map(({ MessageAttributes }) => [
      MessageAttributes?.failure_reason?.StringValue,
      MessageAttributes?.failed_in?.StringValue,
    ]);
    expect(reasons.sort()).toEqual([
      ["implausible_time", "live"],
      ["invalid_element", "live"],
      ["invalid_element", "live"],
    ]);
    for (const { Body = "" } of letters) expect(Body).not.toContain(API_KEY);
  }, 40_000);

  it.each([
    ["whose key is refused", 403],
    ["that has no live values", 404],
  ])("%s shows what polls bring, and asks once", async (_, status) => {
    api.status = status;
    await using page = await look();
    await expect.poll(() => isFollowed(page)).toBe(false);
    expect(api.requests).toHaveLength(1);
  });

  it("that is paused is not followed", async () => {
    await collector.put({ device_id: home, enabled: false });
    await using page = await look();
    await expect.poll(() => isFollowed(page)).toBe(false);
    expect(api.requests).toEqual([]);
  });
});
