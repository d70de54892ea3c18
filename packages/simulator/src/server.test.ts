import { describe, expect, it } from "vitest";

import { type SimulatedApiOptions, startSimulatedApi } from "./server.ts";
import { firstId, get, getLatest, latestOf } from "./test-client.ts";

const NOW = Date.UTC(2026, 5, 20, 10, 7, 13);

const start = (options: Partial<SimulatedApiOptions> = {}) =>
  startSimulatedApi({ deviceCount: 3, now: () => NOW, ...options });

describe("the endpoints of the simulated API", () => {
  it("devices: lists interfaces, gateways and unpaired interfaces", async () => {
    await using api = await start({ gatewayCount: 2, unpairedCount: 1 });
    const response = await get(api, "/devices");
    expect(response.headers.get("content-type")).toContain("application/json");
    const ids: string[] = JSON.parse(await response.text());
    expect(ids).toEqual(api.deviceIds);
    expect(ids.map(([letter]) => letter)).toEqual(["I", "I", "I", "G", "G", "I"]);
    expect(await latestOf(api, ids[5] ?? "")).toEqual([]);
  });

  it("devices/{id}: says what the device is", async () => {
    await using api = await start({ gatewayCount: 1 });
    const described = api.deviceIds.map(async (id) =>
      JSON.parse(await (await get(api, `/devices/${id}`)).text()),
    );
    expect(await Promise.all(described)).toEqual([
      ...api.deviceIds.slice(0, 3).map((serial) => ({ type: "interface", serial })),
      { type: "gateway", serial: api.deviceIds[3] },
    ]);
  });

  it("measurements and measurements/latest: agree on the types", async () => {
    await using api = await start({ gatewayCount: 1 });
    for (const id of api.deviceIds) {
      const types: string[] = JSON.parse(await (await get(api, `/devices/${id}/measurements`)).text());
      const latest = await latestOf(api, id);
      expect(latest.map(({ measurement }) => measurement)).toEqual(types);
      expect(types.length).toBeGreaterThan(3);
    }
  });

  it("measurements/latest: writes whole values with a fraction", async () => {
    await using api = await start();
    const body = await (await getLatest(api, firstId(api))).text();
    expect(body).toMatch(/"measurement":"0100010800","timestamp":\d{13},"value":\d+\.0\}/);
    expect(body).not.toMatch(/"value":-?\d+\}/);
  });

  it("answers 404 to an unknown device or path, 405 to another method", async () => {
    await using api = await start();
    const device = `/devices/${firstId(api)}`;
    const status = async (path: string, method = "GET") => (await get(api, path, { method })).status;
    expect(await status("/devices/I-99999999-99999999")).toBe(404);
    expect(await status("/devices/I-99999999-99999999/measurements/latest")).toBe(404);
    expect(await status(`${device}/measurements/oldest`)).toBe(404);
    expect(await status("/")).toBe(404);
    expect(await status("/devices/")).toBe(404);
    expect(await status("/devices", "POST")).toBe(405);
    expect(await status(`${device}/measurements/latest`, "DELETE")).toBe(405);
    expect(await status(`${device}/measurements/latest?x=1`)).toBe(200);
  });
});

describe("the keys of the simulated API", () => {
  it("requires a key at every endpoint", async () => {
    await using api = await start();
    const device = `/devices/${firstId(api)}`;
    const paths = ["/devices", device, `${device}/measurements`, `${device}/measurements/latest`];
    for (const path of [...paths, `${device}/measurements/live`, "/no-such-path"]) {
      const wrong = await get(api, path, { key: "wrong" });
      expect([path, wrong.status]).toEqual([path, 403]);
      expect(JSON.parse(await wrong.text())).toMatchObject({ status: 403 });
      expect((await fetch(`${api.baseUrl}${path}`)).status).toBe(403);
    }
  });

  it("lets keys be rotated, and shows each only its own devices", async () => {
    await using api = await start({ apiKey: "old" });
    const [mine = "", other = ""] = api.deviceIds;
    api.setKey("new", [mine]);
    expect(JSON.parse(await (await get(api, "/devices", { key: "new" })).text())).toEqual([mine]);
    expect((await get(api, `/devices/${mine}`, { key: "new" })).status).toBe(200);
    expect((await get(api, `/devices/${other}`, { key: "new" })).status).toBe(404);
    expect((await get(api, `/devices/${other}`, { key: "old" })).status).toBe(200);
    api.revokeKey("old");
    expect((await get(api, `/devices/${other}`, { key: "old" })).status).toBe(403);
    expect(() => api.setKey("new", ["I-99999999-99999999"])).toThrow("no device");
  });

  it("shows a device that is added later to keys that see all", async () => {
    await using api = await start();
    const added = api.addDevice();
    expect(api.deviceIds).toContain(added);
    expect((await latestOf(api, added)).length).toBeGreaterThan(10);
  });
});

describe("the simulation", () => {
  it("gives the same values for the same seed and clock, and others otherwise", async () => {
    await using api = await start({ seed: 5 });
    await using same = await start({ seed: 5 });
    await using otherSeed = await start({ seed: 6 });
    await using later = await start({ seed: 5, now: () => NOW + 60_000 });
    expect(same.deviceIds).toEqual(api.deviceIds);
    expect(new Set([...api.deviceIds, ...otherSeed.deviceIds]).size).toBe(6);
    for (const id of api.deviceIds) {
      const latest = await latestOf(api, id);
      expect(await latestOf(same, id)).toEqual(latest);
      expect(await latestOf(later, id)).not.toEqual(latest);
    }
    const values = async (id: string, source = api) => (await latestOf(source, id)).map(({ value }) => value);
    expect(await values(firstId(otherSeed), otherSeed)).not.toEqual(await values(firstId(api)));
  });

  it("starts in 2020", async () => {
    await expect(start({ now: () => Date.UTC(2019, 11, 31) })).rejects.toThrow(RangeError);
  });

  it("answers for a thousand devices within seconds", async ({ annotate }) => {
    await using api = await start({ deviceCount: 1_000 });
    const before = process.cpuUsage();
    for (const id of api.deviceIds) await latestOf(api, id);
    const { user, system } = process.cpuUsage(before);
    const cpuMs = Math.round((user + system) / 1000);
    await annotate(`1,000 devices polled once: ${cpuMs} ms of CPU, the client's included`);
    expect(cpuMs).toBeLessThan(10_000);
  });
});

describe("what a test can ask and set", () => {
  it("requests: lists what was asked, without the key", async () => {
    await using api = await start();
    const [id = "", other = ""] = api.deviceIds;
    await getLatest(api, id);
    await get(api, `/devices/${other}?X-API-KEY=secret`, { key: "secret", method: "PUT" });
    const path = `/api/v1/devices/${id}/measurements/latest`;
    const entry = { at: NOW, method: "GET", path, deviceId: id, keyAccepted: true, status: 200 };
    expect(api.requests(id)).toEqual([entry]);
    expect(api.requests()).toHaveLength(2);
    expect(api.requests(other)).toMatchObject([{ method: "PUT", keyAccepted: false, status: 403 }]);
    expect(JSON.stringify(api.requests())).not.toContain("secret");
  });

  it("setResponse: pins measurements, or a body to the byte, until it is removed", async () => {
    await using api = await start();
    const id = firstId(api);
    const simulated = await latestOf(api, id);
    const pinned = [{ measurement: "0100010700", timestamp: NOW, value: 138 }];
    api.setResponse(id, pinned);
    expect(await (await getLatest(api, id)).text()).toBe(
      `[{"measurement":"0100010700","timestamp":${NOW},"value":138.0}]`,
    );
    api.setResponse(id, " [ 1e400, ü");
    expect(await (await getLatest(api, id)).text()).toBe(" [ 1e400, ü");
    api.setResponse(id, undefined);
    expect(await latestOf(api, id)).toEqual(simulated);
    expect(() => api.setResponse("I-99999999-99999999", "")).toThrow("no device");
  });

  it("served: lists every measurement of complete answers of that device only", async () => {
    await using api = await start({ record: true });
    const [id = "", other = ""] = api.deviceIds;
    const latest = await latestOf(api, id);
    api.setFault(id, [
      { kind: "status", status: 500 },
      { kind: "truncated_body" },
      { kind: "duplicate_elements" },
    ]);
    await (await getLatest(api, id)).text();
    await expect(getLatest(api, id).then((response) => response.text())).rejects.toThrow();
    const twice = await latestOf(api, id);
    expect(twice).toHaveLength(2 * latest.length);
    expect(api.served(id)).toEqual([...latest, ...twice]);
    expect(api.served(other)).toEqual([]);
    await using forgetful = await start();
    expect(() => forgetful.served(id)).toThrow("record: true");
  });

  it("close: ends what is in flight at once, and may be called twice", async () => {
    const api = await start();
    api.setFault(firstId(api), { kind: "hang" });
    const hanging = getLatest(api, firstId(api));
    const outcome = expect(hanging).rejects.toThrow("fetch failed");
    await expect.poll(() => api.requests()).toHaveLength(1);
    await api.close();
    await outcome;
    await api.close();
    await expect(get(api, "/devices")).rejects.toThrow("fetch failed");
  });
});
