import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountAnswer, DeviceDetail, KeyList, SetKeyAnswer } from "@energylive/api/contract";
import type { Stage } from "@energylive/cli/stage/stage";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { plantedKey } from "../faults/security/planted.ts";
import { stageOf } from "../support/stage.ts";
import { openStageDashboard, type TestDashboard } from "./support/dashboard.ts";

const MINE = plantedKey("mine");
const MOTHER = plantedKey("mother");

let data: string;
let folder: string;
let collector: Collector;
let stage: Stage;
let dashboard: TestDashboard;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "energylive-account-"));
  folder = join(data, "account");
  collector = await startCollector({ devices: 3, folder });
  collector.api.setKey(MINE, "all");
  collector.api.setKey(MOTHER, [collector.ids[2] ?? ""]);
  stage = stageOf(collector.stack, folder);
  dashboard = await openStageDashboard(stage);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const line of dashboard.logLines) for (const key of [MINE, MOTHER]) expect(line).not.toContain(key);
  await dashboard[Symbol.asyncDispose]();
  await stage.close();
  await collector[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await dashboard.post(path, body, headers);
  const text = await response.text();
  for (const key of [MINE, MOTHER]) expect(text).not.toContain(key);
  return { status: response.status, body: JSON.parse(text) };
}

const keys = () => dashboard.json<KeyList>("/api/keys");
const setKey = (name: string, value: string, confirm = false) => post("/api/keys", { name, value, confirm });

describe("a key, given on the page,", () => {
  it("is kept where keys set keeps it, after the API has accepted it, and is never shown", async () => {
    expect(await keys()).toEqual({ keys: [], is_default_elsewhere: false });
    expect(await setKey("default", "not-this-one-but-another")).toEqual({
      status: 409,
      body: { code: "key_refused" },
    });
    expect((await keys()).keys).toEqual([]);
    const answer: SetKeyAnswer = { devices: 3, restarts: false };
    expect(await setKey("default", `${MINE}\n`)).toEqual({ status: 200, body: answer });
    const file = join(folder, "keys.json");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(MINE);
    expect(await keys()).toEqual({
      keys: [{ name: "default", set_at: expect.stringMatching(/Z$/), devices: 0 }],
      is_default_elsewhere: false,
    });
  });

  it("replaces another one only when that is confirmed", async () => {
    await setKey("default", MINE);
    expect(await setKey("default", MOTHER)).toEqual({
      status: 409,
      body: { code: "key_exists", name: "default" },
    });
    expect(await readFile(join(folder, "keys.json"), "utf8")).toContain(MINE);
    expect((await setKey("default", MOTHER, true)).body).toEqual({ devices: 1, restarts: false });
    expect(await readFile(join(folder, "keys.json"), "utf8")).not.toContain(MINE);
  });

  it("is refused, and nothing of it said, when it cannot be one", async () => {
    expect(await setKey("a/b", MINE)).toEqual({ status: 400, body: { code: "bad_key_name" } });
    for (const value of ["", "  ", "ein Schlüssel"])
      expect(await setKey("default", value)).toEqual({ status: 400, body: { code: "bad_key" } });
    expect((await setKey("default", "x".repeat(10_000))).status).toBe(413);
    vi.stubEnv("ENERGYLIVE_API_KEY", "key-of-the-environment");
    expect(await setKey("default", MINE)).toEqual({ status: 409, body: { code: "key_elsewhere" } });
    expect((await keys()).is_default_elsewhere).toBe(true);
  });

  it("says that the API does not answer", async () => {
    await collector.api.close();
    const { status, body } = await setKey("default", MINE);
    expect([status, body.code]).toEqual([502, "api_failed"]);
    expect((await keys()).keys).toEqual([]);
  }, 30_000);

  it("is removed when no device needs it, and its name is confirmed", async () => {
    const [id = ""] = collector.ids;
    await setKey("mother", MOTHER);
    await collector.put({ device_id: id, api_key: "mother" });
    const remove = (confirm: string) => post("/api/keys/remove", { name: "mother", confirm });
    expect((await remove("mothe")).status).toBe(400);
    expect(await remove("mother")).toEqual({
      status: 409,
      body: { code: "key_in_use", name: "mother", devices: 1 },
    });
    await collector.put({ device_id: id });
    expect((await remove("mother")).status).toBe(200);
    expect((await keys()).keys).toEqual([]);
    expect(await remove("mother")).toEqual({ status: 404, body: { code: "key_unknown", name: "mother" } });
  });
});

describe("devices, on the page,", () => {
  it("are found with a key, added as many as were confirmed, and polled at once", async () => {
    await setKey("mother", MOTHER);
    await setKey("default", MINE);
    const [first = "", second = "", third = ""] = collector.ids;
    await collector.put({ device_id: first });
    const { body } = await post("/api/account", { key: "default" });
    expect((body as AccountAnswer).devices.toSorted((a, b) => (a.device_id < b.device_id ? -1 : 1))).toEqual(
      [first, second, third].toSorted().map((device_id) => ({ device_id, is_added: device_id === first })),
    );
    const add = { key: "mother", device_ids: [third, third, first] };
    expect((await post("/api/devices", { ...add, confirm: 3 })).status).toBe(400);
    expect(await post("/api/devices", { ...add, confirm: 2 })).toEqual({ status: 200, body: { added: 1 } });
    await expect
      .poll(() => collector.items(third).then((items) => items.length), { timeout: 20_000 })
      .toBeGreaterThan(5);
    expect((await collector.stack.devices.find(third))?.config).toEqual({
      device_id: third,
      api_key: "mother",
    });
    expect((await keys()).keys).toMatchObject([
      { name: "default", devices: 1 },
      { name: "mother", devices: 1 },
    ]);
    const unknown = await post("/api/account", { key: "father" });
    expect(unknown.body.code).toBe("key_unavailable");
  }, 40_000);

  it("are renamed, labelled, paused and removed, and nothing else of them changes", async () => {
    const [id = ""] = collector.ids;
    const config = { device_id: id, interval_seconds: 600, labels: { site: "Graz" } };
    await collector.put(config);
    const edit = (body: object) => post(`/api/devices/${id}`, body);
    const stored = async () => (await collector.stack.devices.find(id))?.config;

    expect((await edit({ name: " Haus ", labels: { site: "Wien", roof: "west" } })).status).toBe(200);
    expect(await stored()).toEqual({ ...config, name: "Haus", labels: { site: "Wien", roof: "west" } });
    expect((await edit({ enabled: false })).status).toBe(200);
    const detail = await dashboard.json<DeviceDetail>(`/api/devices/${id}`);
    expect(detail.report).toMatchObject({ name: "Haus", health: "disabled" });
    expect((await edit({ name: null, labels: {}, enabled: true })).status).toBe(200);
    expect(await stored()).toEqual({ device_id: id, interval_seconds: 600, enabled: true });

    for (const [wrong, code] of [
      [{ name: "  " }, "bad_name"],
      [{ labels: { site: " " } }, "bad_request"],
      [{ api_key: "mother" }, "bad_request"],
      [{}, "bad_request"],
    ] as const)
      expect(await edit(wrong)).toMatchObject({ status: 400, body: { code } });

    const remove = (confirm: string) => post(`/api/devices/${id}/remove`, { confirm });
    expect((await remove("yes")).status).toBe(400);
    expect((await remove(id)).status).toBe(200);
    expect(await stored()).toBeUndefined();
    for (const gone of [await remove(id), await edit({ name: "x" })])
      expect(gone).toEqual({ status: 404, body: { code: "device_unknown", device_id: id } });
  });

  it("are changed by no other page, and by nobody who is not signed in", async () => {
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id });
    for (const path of [`/api/devices/${id}/remove`, `/api/devices/${id}`, "/api/devices", "/api/keys"]) {
      expect((await post(path, { confirm: id }, { cookie: "" })).status).toBe(401);
      expect((await post(path, { confirm: id }, { origin: "http://evil.example" })).status).toBe(403);
    }
    expect(await collector.stack.devices.find(id)).toBeDefined();
  });
});
