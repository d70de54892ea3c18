import { newAccessToken, type ParsedToken } from "@energylive/core/access/token";
import type { DecimalText } from "@energylive/core/decimal";
import { serializeMessage } from "@energylive/core/queue/message";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { sendAll } from "../support/queues.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

/** More digits than a double holds. */
const LONG = "12345678901234567.123456789";

/** A whole number of quarter-hours ago. */
const START = Math.floor(Date.now() / 900_000) * 900_000 - 20 * 900_000;

const made = { read: newAccessToken("read", Date.now()), control: newAccessToken("control", Date.now()) };
const tokens: ParsedToken[] = [
  { name: "reader", token: made.read.record },
  { name: "steward", token: made.control.record },
];

let collector: Collector;
let dashboard: TestDashboard;
let [home = "", farm = ""]: string[] = [];

beforeAll(async () => {
  collector = await startCollector({ devices: 3 });
  [home = "", farm = ""] = collector.ids;
  for (const [index, device_id] of collector.ids.entries())
    await collector.put({ device_id, name: `Device ${index}`, labels: { site: "Graz" } });
  const { sqs, endpoints } = collector.stack;
  const bodies = [0, 900_000, 1_800_000].flatMap((after, index) =>
    [
      ["0100010800", index === 2 ? LONG : String(1_000 + index * 250)],
      ["batteryVoltage", "5500"],
    ].map(([measurement_type = "", value]) =>
      serializeMessage({
        device_id: home,
        measurement_type,
        timestamp: START + after,
        value: value as DecimalText,
        collection_time: new Date(START + after + 1_000).toISOString(),
        retention_days: 365,
      }),
    ),
  );
  await sendAll(sqs, endpoints.queueUrl, bodies);
  await collector.drained();
  const { stack } = collector;
  dashboard = await openDashboard(collector, {
    tokens: async () => tokens,
    account: {
      keys: async () => {
        throw new Error("not asked for");
      },
      api: async () => {
        throw new Error("not asked for");
      },
      ownApi: async () => {
        throw new Error("not asked for");
      },
      poll: (device_ids) => stack.poll({ device_ids }),
    },
  });
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

/** As a program asks: with a token, and nothing of a browser. */
function ask(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
  const { token = made.read.token, ...request } = init;
  return fetch(`${dashboard.origin}${path}`, {
    ...request,
    headers: { authorization: `Bearer ${token}`, ...request.headers },
  });
}

async function json(path: string): Promise<ReturnType<typeof JSON.parse>> {
  const response = await ask(`/api/v1${path}`);
  const body = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body;
}

describe("a program", () => {
  it("gets in with a token, and only where programs belong", async () => {
    expect((await ask("/api/v1/devices")).status).toBe(200);
    for (const [path, token] of [
      ["/api/v1/devices", "elt_wrong"],
      ["/api/v1/devices", ""],
      ["/metrics", "elt_wrong"],
    ] as const) {
      const response = await ask(path, { token });
      expect(response.status, path).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(await response.json()).toEqual({
        code: "unauthorized",
        said: "the token is not known: energylive tokens add makes one",
      });
    }
    for (const path of ["/api/devices", "/api/keys", "/"]) expect((await ask(path)).status, path).toBe(401);
    for (const path of ["/api/v1/devices", "/metrics"]) {
      const response = await fetch(`${dashboard.origin}${path}`);
      expect(response.status, path).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(await response.json()).toEqual({
        code: "unauthorized",
        said: "send a token as Authorization: Bearer …: energylive tokens add makes one",
      });
    }
    // A person is told how to open the page.
    const browser = { accept: "text/html" };
    expect(await (await fetch(`${dashboard.origin}/api/v1/docs`, { headers: browser })).text()).toContain(
      "Open the address that the terminal shows",
    );
    // A foreign name that resolves to this machine.
    expect((await dashboard.get("/api/v1/devices")).status).toBe(200);
  });

  it("is let in no longer once its token is revoked, and at once with a new one", async () => {
    const late = newAccessToken("read", Date.now());
    expect((await ask("/api/v1/devices", { token: late.token })).status).toBe(401);
    tokens.push({ name: "late", token: late.record });
    await expect
      .poll(async () => (await ask("/api/v1/devices", { token: late.token })).status, { timeout: 5_000 })
      .toBe(200);
  });

  it("may change something only with the scope control", async () => {
    const edit = (token: string, body: unknown) =>
      ask(`/api/v1/devices/${farm}`, {
        method: "PATCH",
        token,
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
    const refused = await edit(made.read.token, { name: "Farm" });
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { code: "forbidden", said: "the token may only read: energylive tokens add NAME --scope control" },
    ]);
    expect((await json(`/devices/${farm}`)).name).toBe("Device 1");
    const edited = await edit(made.control.token, { name: "Farm", enabled: false });
    expect(await edited.json()).toMatchObject({ name: "Farm", enabled: false, health: "disabled" });
    expect(await (await edit(made.control.token, { name: null, enabled: true })).json()).toMatchObject({
      name: farm,
      enabled: true,
    });
    for (const bad of [{}, { name: "" }, { nmae: "x" }, []]) {
      const response = await edit(made.control.token, bad);
      expect(response.status, JSON.stringify(bad)).toBe(400);
      expect(await response.json()).toMatchObject({ code: "bad_request" });
    }
    const polled = await ask(`/api/v1/devices/${farm}/poll`, { method: "POST", token: made.control.token });
    expect(await polled.json()).toMatchObject({ polled: 1, failed: 0 });
    await collector.drained();
    const latest = await json(`/devices/${farm}/latest`);
    expect(latest.measurements.length).toBeGreaterThan(5);
  });
});

describe("the API for programs", () => {
  it("lists devices page by page, in the order of their ids", async () => {
    const ids: string[] = [];
    let cursor: string | null = "";
    for (let pages = 0; cursor !== null; pages += 1) {
      const page: { devices: { device_id: string }[]; next: string | null } = await json(
        `/devices?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      ids.push(...page.devices.map(({ device_id }) => device_id));
      cursor = page.next;
      expect(pages).toBeLessThan(5);
    }
    expect(ids).toEqual([...collector.ids].sort());
    expect(await json(`/devices/${home}`)).toMatchObject({
      device_id: home,
      name: "Device 0",
      labels: { site: "Graz" },
      time_zone: "Europe/Vienna",
      last_error: null,
    });
  });

  it("gives every measurement once over all pages, with all digits", async () => {
    const since = new Date(START).toISOString();
    const found: { measurement_type: string; timestamp: string; value_text: string }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: { measurements: typeof found; next: string | null } = await json(
        `/devices/${home}/measurements?limit=2&since=${since}${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      expect(page.measurements.length).toBeLessThanOrEqual(2);
      found.push(...page.measurements);
      cursor = page.next;
    }
    expect(found.map(({ timestamp, measurement_type }) => `${timestamp} ${measurement_type}`)).toEqual(
      [0, 900_000, 1_800_000].flatMap((after) =>
        ["0100010800", "batteryVoltage"].map((type) => `${new Date(START + after).toISOString()} ${type}`),
      ),
    );
    expect(found[4]).toMatchObject({ value_text: LONG, unit: "Wh" });
    const { measurements, next } = await json(
      `/devices/${home}/measurements?type=batteryVoltage&since=${since}&limit=3`,
    );
    expect([measurements.length, next]).toEqual([3, null]);
  });

  it("adds energy up by period, and gives prices and alerts", async () => {
    const since = new Date(START).toISOString();
    const until = new Date(START + 900_000).toISOString();
    const { periods } = await json(`/devices/${home}/energy?by=quarter&since=${since}&until=${until}`);
    expect(periods).toMatchObject([{ from: since, to: until, import_wh: 250, export_wh: null }]);
    expect(await json("/prices")).toEqual({ prices: [], sources: [] });
    expect(await json("/alerts")).toEqual({ alerts: [] });
    expect(await json(`/alerts?device=${home}`)).toEqual({ alerts: [] });
  });

  it("answers 304 to whoever has the answer already", async () => {
    const first = await ask(`/api/v1/devices/${home}`);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).not.toBe("");
    const again = await ask(`/api/v1/devices/${home}`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });

  it.each([
    ["/devices?limit=0", 400, "limit is below 1"],
    ["/devices?limit=many", 400, /^limit /],
    ["/devices/house", 400, /^device is not a device id/],
    ["/devices/I-00000000-00000000", 404, "there is no device I-00000000-00000000"],
    [`/devices/I-00000000-00000000/energy?since=yesterday`, 400, /^since is not a time/],
    ["/alerts?device=house", 400, /^device is not a device id/],
    ["/nothing", 404, /^there is no such path/],
  ])("says what is wrong with %s", async (path, status, said) => {
    const response = await ask(`/api/v1${path}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      said: typeof said === "string" ? said : expect.stringMatching(said),
    });
  });

  it("is described by the schemas that it is checked with, for programs and for people", async () => {
    const document = await json("/openapi.json");
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths).sort()).toEqual([
      "/alerts",
      "/devices",
      "/devices/{device}",
      "/devices/{device}/energy",
      "/devices/{device}/latest",
      "/devices/{device}/measurements",
      "/devices/{device}/poll",
      "/prices",
    ]);
    for (const methods of Object.values<Record<string, { security: unknown }>>(document.paths))
      for (const { security } of Object.values(methods)) expect(security).toEqual([{ token: [] }]);
    const page = await (await ask("/api/v1/docs")).text();
    expect(page).toContain("GET <code>/api/v1/devices/{device}/measurements</code>");
    expect(page).toContain("only this measurement type");
    expect(page).toContain("<code>next</code> of the answer before");
    expect(page).not.toContain("`");
    // What is sent, and what is answered.
    expect(page).toMatch(/PATCH[\s\S]*<code>enabled<\/code> \(body\)[\s\S]*POST/);
    expect(page).toMatch(/<code>value_text<\/code>: with all digits/);
  });
});

describe("/metrics", () => {
  it("tells Prometheus of power, registers, age, health, queue and dead letters", async () => {
    await collector.stack.poll({});
    await collector.drained();
    const response = await ask("/metrics");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    // It shows the devices as of a moment ago.
    const polled = expect.stringContaining('energylive_devices{health="ok"} 3');
    await expect.poll(async () => (await ask("/metrics")).text(), { timeout: 5_000 }).toEqual(polled);
    const lines = (await (await ask("/metrics")).text()).split("\n");
    const value = (metric: string) =>
      Number(lines.find((line) => line.startsWith(`${metric} `))?.slice(metric.length));
    const of = `{device_id="${home}",name="Device 0"}`;
    expect(value(`energylive_import_watt_hours_total${of}`)).toBeGreaterThan(0);
    expect(value(`energylive_power_watts${of}`)).not.toBeNaN();
    expect(value(`energylive_measurement_age_seconds${of}`)).toBeLessThan(3_600);
    expect(value(`energylive_consecutive_failures${of}`)).toBe(0);
    expect(value('energylive_queue_messages{state="waiting"}')).toBe(0);
    expect(value("energylive_dead_letters")).toBe(0);
    expect(lines).toContain("# TYPE energylive_import_watt_hours_total counter");
  });
});
