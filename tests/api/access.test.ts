import { request } from "node:http";

import { REQUEST_HEADER } from "@energylive/api/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

let collector: Collector;
let dashboard: TestDashboard;
beforeAll(async () => {
  collector = await startCollector();
  dashboard = await openDashboard(collector);
  await collector.put({ device_id: collector.ids[0] });
  await collector.stack.poll({});
  await collector.drained();
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** With headers that `fetch` does not let a program set. */
function send(path: string, headers: Record<string, string>, method = "GET", body = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(dashboard.origin);
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.on("error", reject).end(body);
  });
}

describe("the printed address", () => {
  it("lets a browser in with a cookie that no script and no other site has, and redirects to a clean address", async () => {
    const entry = await fetch(dashboard.url, { redirect: "manual" });
    expect(entry.status).toBe(303);
    expect(entry.headers.get("location")).toBe("/");
    const { port } = new URL(dashboard.origin);
    expect(entry.headers.get("set-cookie")).toMatch(
      new RegExp(`^energylive_${port}=[\\w-]{43}; Max-Age=7776000; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const { host } = new URL(dashboard.origin);
    const astray = await send(`//evil.example/${new URL(dashboard.url).search}&next=/x`, { host });
    expect(astray.headers.location).toBe("/");
    const page = await dashboard.get("/");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("the page");
  });

  it("lets nobody in without the cookie, and only says how to get in", async () => {
    const [, token = ""] = dashboard.url.split("=");
    const strangers = [
      "/",
      "/api/session",
      "/api/devices",
      "/api/events",
      "/nothing",
      `/api/devices?token=${token}`,
      "/?token=",
      `/?token=${token.slice(1)}`,
      `/?token=${token}x`,
    ];
    for (const path of strangers) {
      const response = await fetch(`${dashboard.origin}${path}`, { redirect: "manual" });
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.json()).toEqual({
        code: "unauthorized",
        said: expect.stringContaining("the address that the terminal shows"),
      });
      expect(response.headers.get("set-cookie")).toBeNull();
    }
    const page = await fetch(dashboard.origin, { headers: { accept: "text/html" } });
    expect(page.status).toBe(401);
    expect(await page.text()).toContain("Open the address that the terminal shows");
    const german = await fetch(dashboard.origin, {
      headers: { accept: "text/html", "accept-language": "fr-FR,de-AT;q=0.9,en;q=0.8" },
    });
    expect(await german.text()).toMatch(/lang="de"[\s\S]*Öffnen Sie die Adresse, die im Terminal steht/);
  });

  it("keeps visits to another dashboard on the same machine signed in", async () => {
    await using other = await openDashboard(collector);
    const cookie = `${dashboard.cookie}; ${other.cookie}`;
    for (const { origin } of [dashboard, other])
      expect((await fetch(`${origin}/api/session`, { headers: { cookie } })).status).toBe(200);
    const swapped = await fetch(`${other.origin}/api/session`, { headers: { cookie: dashboard.cookie } });
    expect(swapped.status).toBe(401);
  });

  it("keeps the address out of every log line", () => {
    const [, token = "-"] = dashboard.url.split("=");
    for (const line of dashboard.logLines) expect(line).not.toContain(token);
  });
});

describe("a request that a page of another site makes the browser send", () => {
  it("refuses another host name, even one that resolves to loopback", async () => {
    const { cookie, origin } = dashboard;
    const { port, host } = new URL(origin);
    for (const foreign of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${Number(port) + 1}`,
    ]) {
      const { status, body } = await send("/api/session", { host: foreign, cookie });
      expect([foreign, status]).toEqual([foreign, 403]);
      expect(body).not.toContain("embedded");
    }
    for (const own of [host, `localhost:${port}`])
      expect((await send("/api/session", { host: own, cookie })).status).toBe(200);
  });

  it("refuses another origin, including another port of this machine", async () => {
    for (const site of ["cross-site", "same-site"])
      expect((await dashboard.get("/api/devices", { "sec-fetch-site": site })).status).toBe(403);
    expect((await dashboard.get("/api/devices", { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  it("changes nothing without the page's origin, its header and JSON", async () => {
    const { cookie, origin } = dashboard;
    const { host } = new URL(origin);
    const whole = { host, cookie, origin, "content-type": "application/json", [REQUEST_HEADER]: "1" };
    const body = JSON.stringify({ reason: null, message_id: null, confirm: 0 });
    const post = (headers: Record<string, string>) => send("/api/dlq/redrive", headers, "POST", body);
    const without = (name: string) =>
      Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name));
    expect((await post(without("origin"))).status).toBe(403);
    expect((await post({ ...whole, origin: "http://evil.example" })).status).toBe(403);
    expect((await post({ ...whole, origin: "null" })).status).toBe(403);
    expect((await post(without(REQUEST_HEADER))).status).toBe(403);
    expect((await post({ ...whole, "content-type": "text/plain" })).status).toBe(415);
    expect((await post(without("cookie"))).status).toBe(401);
    expect((await post({ ...whole, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(await post(whole)).toMatchObject({ status: 200, body: '{"matched":0,"moved":0,"left":0}' });
  });
});

const ID = "I-10082023-01658401";

describe("every answer", () => {
  it("forbids what the page does not need, and content types to be guessed", async () => {
    const paths = ["/", "/api/session", "/api/devices", `/api/devices/${ID}`, "/nothing.js", "/api/nothing"];
    const answers = [
      ...(await Promise.all(paths.map((path) => dashboard.get(path)))),
      await dashboard.get("/api/series?from=x"),
      await fetch(dashboard.url, { redirect: "manual" }),
      await fetch(dashboard.origin),
      await fetch(`${dashboard.origin}/api/devices`, { method: "DELETE" }),
    ];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 303, 400, 401, 404]));
    for (const { headers } of answers) {
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).not.toMatch(/unsafe|\*|http/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("says what is wrong with a request, without a line of code", async () => {
    const wrong = {
      "/api/devices?health=sick": /health is not one of invalid, failing/,
      "/api/devices?limit=0": /limit is below 1/,
      "/api/series?device=x&type=y&from=0&to=1000&bucket=1000": /device is not a device id/,
      [`/api/series?device=${ID}&type=y&from=0&to=1500&bucket=1000`]: /not multiples of bucket/,
      [`/api/series?device=${ID}&type=y&from=0&to=1000000000000&bucket=1000`]:
        /do not span 1 to 10000 buckets/,
      [`/api/energy?device=${ID}&from=0&to=1&unit=decade&zone=UTC`]: /is none of quarter, hour, day/,
      [`/api/energy?device=${ID}&from=0&to=1&unit=day&zone=<b>`]: /is not a time zone/,
      "/api/csv?from=0&to=1": /device is missing/,
      "/api/events?device=x": /is not a device id/,
    };
    for (const [path, problem] of Object.entries(wrong)) {
      const response = await dashboard.get(path);
      expect([path, response.status]).toEqual([path, 400]);
      const text = await response.text();
      expect(JSON.parse(text)).toEqual({ code: "bad_request", said: expect.stringMatching(problem) });
      expect(text).not.toMatch(/\n\s+at |node_modules|\.ts/);
    }
    const unknown = await dashboard.get(`/api/devices/${ID}`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({ code: "device_unknown", device_id: ID });
  });

  it("serves the page's folder and nothing else", async () => {
    const { cookie } = dashboard;
    const { host } = new URL(dashboard.origin);
    for (const path of [
      "/../package.json",
      "/..%2fpackage.json",
      "/%2e%2e/%2e%2e/etc/passwd",
      "//etc/passwd",
      "/index.html/",
    ]) {
      const { status, body } = await send(path, { host, cookie });
      expect([path, status]).toEqual([path, 404]);
      expect(JSON.parse(body)).toEqual({ code: "not_found" });
    }
  });

  it("shows no key (invariant 8)", async () => {
    const [id = ""] = collector.ids;
    const [from, to] = [Date.now() - 3_600_000, Date.now()].map((at) => Math.floor(at / 1000) * 1000);
    const paths = [
      "/api/session",
      "/api/devices",
      `/api/devices/${id}`,
      `/api/devices/${id}/summary?zone=UTC`,
      `/api/series?device=${id}&type=0100010700&from=${from}&to=${to}&bucket=1000`,
      `/api/csv?device=${id}&from=${from}&to=${to}`,
      "/api/pipeline",
      "/api/dlq",
    ];
    for (const path of paths) {
      const response = await dashboard.get(path);
      expect([path, response.status]).toEqual([path, 200]);
      expect(await response.text()).not.toContain(API_KEY);
    }
    for (const line of dashboard.logLines) expect(line).not.toContain(API_KEY);
  });
});
