import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Fault } from "./faults.ts";
import type { Measurement } from "./measurement.ts";
import { type SimulatedApi, startSimulatedApi } from "./server.ts";
import { firstId, get, getLatest, latestOf } from "./test-client.ts";

const NOW = Date.UTC(2026, 5, 20, 10, 7, 13);
const MEGABYTE = 1_000_000;

let clock = NOW;
let api: SimulatedApi;
let id: string;
let healthy: Measurement[];

beforeAll(async () => {
  api = await startSimulatedApi({ deviceCount: 2, now: () => clock });
  id = firstId(api);
  healthy = await latestOf(api, id);
});
afterAll(() => api.close());

async function elements(fault: Fault): Promise<unknown[]> {
  api.setFault(id, fault);
  const response = await getLatest(api, id);
  expect(response.status).toBe(200);
  return JSON.parse(await response.text());
}

async function failure(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) return "no failure";
  return error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : error.name;
}

async function msOf(request: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await request();
  return performance.now() - startedAt;
}

describe("a fault", () => {
  it("affects every request until it is removed, and no other device or endpoint", async () => {
    api.setFault(id, { kind: "status", status: 503 });
    expect((await getLatest(api, id)).status).toBe(503);
    expect((await getLatest(api, id)).status).toBe(503);
    expect((await getLatest(api, api.deviceIds[1] ?? "")).status).toBe(200);
    expect((await get(api, `/devices/${id}`)).status).toBe(200);
    api.setFault(id, undefined);
    expect(await latestOf(api, id)).toEqual(healthy);
  });

  it("affects one request per entry of a list, in order, and none with a wrong key", async () => {
    api.setFault(id, [{ kind: "status", status: 500 }, undefined, { kind: "status", status: 404 }]);
    const statuses: number[] = [];
    for (const key of ["wrong", undefined, undefined, "wrong", undefined, undefined]) {
      const response = await get(api, `/devices/${id}/measurements/latest`, key === undefined ? {} : { key });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([403, 500, 200, 403, 404, 200]);
  });

  it("refuses a fault for a device that does not exist", () => {
    expect(() => api.setFault("I-99999999-99999999", { kind: "hang" })).toThrow("no device");
  });
});

describe("faults of the connection", () => {
  it("latency: gives the right answer later", async () => {
    api.setFault(id, { kind: "latency", ms: 150 });
    expect(await msOf(async () => expect(await latestOf(api, id)).toEqual(healthy))).toBeGreaterThan(140);
  });

  it("connection_reset: gives no answer", async () => {
    api.setFault(id, { kind: "connection_reset" });
    expect(await failure(getLatest(api, id))).toBe("ECONNRESET");
    expect(api.requests(id).at(-1)?.status).toBeUndefined();
  });

  it("hang: gives no answer until the client gives up", async () => {
    api.setFault(id, { kind: "hang" });
    expect(await failure(getLatest(api, id, { signal: AbortSignal.timeout(150) }))).toBe("TimeoutError");
  });

  it("truncated_body: sends a status, then less than was promised", async () => {
    api.setFault(id, { kind: "truncated_body" });
    const response = await getLatest(api, id);
    expect(response.status).toBe(200);
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of response.body ?? []) bytes += chunk.length;
    })();
    expect(await failure(reading)).toBe("UND_ERR_SOCKET");
    expect(bytes).toBe(Math.floor(Number(response.headers.get("content-length")) / 2));
  });

  it("slow_body: sends the right answer in many pieces", async () => {
    api.setFault(id, { kind: "slow_body", overMs: 300 });
    const response = await getLatest(api, id);
    const pieces: Uint8Array[] = [];
    const ms = await msOf(async () => {
      for await (const piece of response.body ?? []) pieces.push(piece);
    });
    expect(ms).toBeGreaterThan(200);
    expect(pieces.length).toBeGreaterThan(5);
    expect(JSON.parse(Buffer.concat(pieces).toString())).toEqual(healthy);
  });
});

describe("other answers", () => {
  it.each([400, 403, 404, 429, 500, 502, 503, 504])("status %i: sends a JSON error", async (status) => {
    api.setFault(id, { kind: "status", status });
    const response = await getLatest(api, id);
    expect(response.status).toBe(status);
    expect(response.headers.has("retry-after")).toBe(false);
    expect(JSON.parse(await response.text())).toMatchObject({ status });
  });

  it("status with Retry-After: sends seconds, a date, or any text", async () => {
    const header = async (retryAfter: number | Date | string) => {
      api.setFault(id, { kind: "status", status: 429, retryAfter });
      return (await getLatest(api, id)).headers.get("retry-after");
    };
    expect(await header(7)).toBe("7");
    expect(await header(new Date(NOW))).toBe("Sat, 20 Jun 2026 10:07:13 GMT");
    expect(await header("soon")).toBe("soon");
  });

  it("redirect: redirects to the given place", async () => {
    api.setFault(id, { kind: "redirect", location: "http://127.0.0.1:9/elsewhere" });
    const response = await getLatest(api, id, { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("http://127.0.0.1:9/elsewhere");
  });

  it("html: sends a page that says all is well", async () => {
    api.setFault(id, { kind: "html" });
    const response = await getLatest(api, id);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "text/html; charset=utf-8",
    ]);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  it("not_an_array: sends a JSON object", async () => {
    api.setFault(id, { kind: "not_an_array" });
    expect(Array.isArray(JSON.parse(await (await getLatest(api, id)).text()))).toBe(false);
  });

  it("huge_body: sends a JSON array of the requested size", async () => {
    api.setFault(id, { kind: "huge_body", bytes: 3 * MEGABYTE });
    const body = await (await getLatest(api, id)).text();
    expect(body.length).toBeGreaterThanOrEqual(3 * MEGABYTE);
    expect(body.length).toBeLessThan(4 * MEGABYTE);
    expect(JSON.parse(body).length).toBeGreaterThan(10_000);
  });

  it("huge_body: takes no memory while the client does not read, and ends with it", async () => {
    api.setFault(id, { kind: "huge_body", bytes: 1_000_000 * MEGABYTE });
    const before = process.memoryUsage().rss;
    const response = await getLatest(api, id);
    const reader = response.body?.getReader();
    await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MEGABYTE);
    await reader?.cancel();
    api.setFault(id, undefined);
    expect(await latestOf(api, id)).toEqual(healthy);
  });
});

describe("other elements", () => {
  it("wrong_types: sends invalid elements between the valid ones", async () => {
    const mixed = await elements({ kind: "wrong_types" });
    for (const measurement of healthy) expect(mixed).toContainEqual(measurement);
    expect(mixed.length).toBeGreaterThan(healthy.length + 15);
    expect(mixed).toEqual(expect.arrayContaining([138, null, {}, []]));
    expect(mixed.slice(0, 2)).toEqual([healthy[0], expect.objectContaining({ value: "138.0" })]);
  });

  it("deep_nesting: sends an element as deep as requested", async () => {
    api.setFault(id, { kind: "deep_nesting", depth: 50_000 });
    const body = await (await getLatest(api, id)).text();
    expect(body.endsWith(`,${"[".repeat(50_000)}${"]".repeat(50_000)}]`)).toBe(true);
    expect(JSON.parse(body)).toHaveLength(healthy.length + 1);
  });

  it("duplicate_elements: sends each element twice", async () => {
    expect(await elements({ kind: "duplicate_elements" })).toEqual(healthy.flatMap((each) => [each, each]));
  });

  it("conflicting_elements: sends a contradiction after each element", async () => {
    const contradicted = healthy.flatMap((each) => [each, { ...each, value: each.value + 1 }]);
    expect(await elements({ kind: "conflicting_elements" })).toEqual(contradicted);
  });

  it("future_timestamps: sends later timestamps", async () => {
    const later = healthy.map((each) => ({ ...each, timestamp: each.timestamp + 86_400_000 }));
    expect(await elements({ kind: "future_timestamps", ms: 86_400_000 })).toEqual(later);
  });

  it("backwards_timestamps: sends older timestamps with each answer while time goes on", async () => {
    api.setFault(id, { kind: "backwards_timestamps", ms: 1_000 });
    for (const olderMs of [0, 1_000, 2_000]) {
      const older = healthy.map((each) => ({ ...each, timestamp: each.timestamp - olderMs }));
      expect(await latestOf(api, id)).toEqual(older);
      clock += 30_000;
    }
    clock = NOW;
  });

  it("jumping_clock: sends timestamps ahead and behind in turn", async () => {
    api.setFault(id, { kind: "jumping_clock", ms: 1_000 });
    for (const jumpMs of [1_000, -1_000, 1_000]) {
      const jumped = healthy.map((each) => ({ ...each, timestamp: each.timestamp + jumpMs }));
      expect(await latestOf(api, id)).toEqual(jumped);
    }
  });

  it("corrected_values: sends the first timestamps with a higher value each time", async () => {
    api.setFault(id, { kind: "corrected_values" });
    for (const correction of [0, 1, 2]) {
      const corrected = healthy.map((each) => ({ ...each, value: each.value + correction }));
      expect(await latestOf(api, id)).toEqual(corrected);
      clock += 30_000;
    }
    clock = NOW;
  });

  it("changes pinned elements, and leaves a pinned text as it is", async () => {
    const pinned = { measurement: "0100010700", timestamp: NOW, value: 138 };
    api.setResponse(id, [pinned]);
    expect(await elements({ kind: "duplicate_elements" })).toEqual([pinned, pinned]);
    api.setResponse(id, "[7]");
    expect(await elements({ kind: "duplicate_elements" })).toEqual([7]);
    api.setResponse(id, undefined);
  });
});
