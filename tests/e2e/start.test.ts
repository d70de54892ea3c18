import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { startSimulatedApi } from "@energylive/simulator/server";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cli } from "../cli/cli.ts";
import { type Ended, ended } from "../support/ended.ts";
import { describeEmbedded } from "../support/services.ts";
import { API_KEY } from "./collector.ts";

function npmStart(flags: readonly string[], variables: Record<string, string> = {}): Promise<Ended> {
  const { ENERGYLIVE_API_KEY: _, LOG_LEVEL: __, ...env } = process.env;
  const child = spawn(process.execPath, ["packages/cli/bin/energylive.js", "start", ...flags], {
    cwd: new URL("../..", import.meta.url),
    env: { ...env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "energylive-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeEmbedded("npm start -- --once", () => {
  it("prints exactly one JSON object with --json: all is stored, nothing failed", async () => {
    const { code, stdout, stderr } = await npmStart(["--once", "--fresh", "--json", "--data", folder]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ polled: 5, failed: 0, unchanged: 0, quarantined: 0 });
    expect(report.published).toBeGreaterThan(5 * 10);
    expect(report.stored).toBe(report.published);
    expect(report.durationMs).toBeGreaterThan(0);
    expect(report.endpoints.dynamodb).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(report.devices).toHaveLength(5);
    expect(
      report.devices.flatMap(({ measurements }: { measurements: unknown[] }) => measurements),
    ).toHaveLength(report.stored);
    for (const line of stderr.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
  });

  it("shows the latest values as a table", async () => {
    const { code, stdout, stderr } = await npmStart(["--once", "--data", folder]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/0100010700.*power drawn from the grid.*W/);
    expect(stdout).toMatch(/5 polled, 0 failed · \d+ published, \d+ unchanged · \d+ stored, 0 quarantined/);
  });

  it("keeps all demo devices when it is started with fewer", async () => {
    const data = ["--data", `${folder}/fewer`, "--once", "--json"];
    expect((await npmStart([...data, "--devices", "8"])).code).toBe(0);
    const { code, stdout } = await npmStart([...data, "--devices", "3"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ polled: 8, failed: 0 });
  });

  it("does not add a device again that was removed, until it is added by hand", async () => {
    const data = ["--data", `${folder}/removing`];
    const once = async () => {
      const { code, stdout, stderr } = await npmStart([...data, "--once", "--json", "--devices", "3"]);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout).devices.map(({ device_id }: { device_id: string }) => device_id);
    };
    const [first, second, third] = await once();
    expect((await cli(["devices", "remove", second, ...data])).code).toBe(0);
    expect(await once()).toEqual([first, third]);
    expect((await cli(["devices", "add", second, "--no-verify", "--name", "Keller", ...data])).code).toBe(0);
    expect((await once()).toSorted()).toEqual([first, second, third].toSorted());
  });

  it("collects an account's own devices with a key, and stores nothing new when the API has nothing new", async () => {
    const api = await startSimulatedApi({ deviceCount: 3, apiKey: API_KEY, now: () => 1_780_000_000_000 });
    try {
      const flags = ["--once", "--json", "--data", folder, "--api-url", api.baseUrl];
      const first = await npmStart(flags, { ENERGYLIVE_API_KEY: API_KEY });
      expect(first.code).toBe(0);
      const before = JSON.parse(first.stdout);
      expect(before.devices.map(({ device_id }: { device_id: string }) => device_id)).toEqual(
        [...api.deviceIds].sort(),
      );
      const second = await npmStart(flags, { ENERGYLIVE_API_KEY: API_KEY });
      const after = JSON.parse(second.stdout);
      expect(after).toMatchObject({ polled: 3, published: 0, stored: 0, unchanged: before.published });
      expect(after.devices).toEqual(before.devices);
      for (const text of [first.stdout, first.stderr, second.stdout, second.stderr])
        expect(text).not.toContain(API_KEY);
    } finally {
      await api.close();
    }
  });

  it("collects an account's devices with the key that keys set default has kept, unless told otherwise", async () => {
    const api = await startSimulatedApi({ deviceCount: 2, apiKey: API_KEY });
    const environment = { ENERGYLIVE_API_URL: api.baseUrl };
    try {
      const data = ["--data", `${folder}/kept`];
      const once = async (flags: string[], variables = {}) => {
        const start = ["--once", "--json", "--no-past", ...data, ...flags];
        const { code, stdout, stderr } = await npmStart(start, { ...environment, ...variables });
        expect(code, stderr).toBe(0);
        return JSON.parse(stdout).devices.length;
      };
      expect(await once(["--devices", "3"])).toBe(3);
      const set = await cli(["keys", "set", "default", ...data], { stdin: API_KEY });
      expect([set.code, set.stderr]).toEqual([0, expect.stringContaining("No stack is running here")]);
      expect(await once([])).toBe(2);
      expect(await once(["--simulated", "--devices", "3"])).toBe(3);
      const list = await cli(["keys", "list", "--json", ...data]);
      expect(list.stdout).not.toContain("default");

      // The environment's key goes before it, and keys set says so.
      api.revokeKey(API_KEY);
      api.setKey("another-key-of-a-test", "all");
      expect(await once([], { ENERGYLIVE_API_KEY: "another-key-of-a-test" })).toBe(2);
      const wrong = await npmStart([...data, "--devices", "3"], environment);
      expect(wrong.code).toBe(2);
      expect(wrong.stderr).toMatch(/--devices is for simulated households.*\n.*add --simulated/);
    } finally {
      await api.close();
    }
  });

  it("keeps polling the devices it knows while the API cannot be reached", async () => {
    const data = ["--once", "--data", `${folder}/unreachable`, "--json"];
    const api = await startSimulatedApi({ deviceCount: 2, apiKey: API_KEY });
    const flags = [...data, "--api-url", api.baseUrl];
    expect((await npmStart(flags, { ENERGYLIVE_API_KEY: API_KEY })).code).toBe(0);
    await api.close();
    const { code, stdout, stderr } = await npmStart(flags, { ENERGYLIVE_API_KEY: API_KEY });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ polled: 0, failed: 2 });
    expect(stderr).toMatch(/discovery_failed/);
  });

  it("exits with 1 and the reason when a device fails", async () => {
    const api = await startSimulatedApi({ deviceCount: 2, apiKey: API_KEY });
    try {
      const [id = ""] = api.deviceIds;
      api.setFault(id, { kind: "status", status: 403 });
      const flags = ["--once", "--fresh", "--data", folder, "--api-url", api.baseUrl];
      const { code, stderr } = await npmStart(flags, { ENERGYLIVE_API_KEY: API_KEY });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        new RegExp(`${id} failed: energyLIVE answered 403 .*the key "default" is unknown or revoked`),
      );
      expect(stderr).not.toMatch(/\n\s+at |stack/);
    } finally {
      await api.close();
    }
  });

  it("exits with 1 and the reason when the key is wrong for the account", async () => {
    const api = await startSimulatedApi({ deviceCount: 1, apiKey: "another-key" });
    try {
      const { code, stderr } = await npmStart(["--once", "--data", folder, "--api-url", api.baseUrl], {
        ENERGYLIVE_API_KEY: API_KEY,
      });
      expect(code).toBe(1);
      expect(stderr).toMatch(/answered 403 to .*devices: the key "default" is unknown or revoked/);
    } finally {
      await api.close();
    }
  });
});

describeEmbedded("npm start, typed wrongly,", () => {
  it.each([
    [["--devices", "many"], /--devices takes a whole number from 1 to 100000, not "many"/],
    [["--interval", "0"], /--interval takes a whole number/],
    [["--json"], /--json needs --once/],
    [["--port", "0"], /--port takes a whole number from 1 to 65535/],
    [["--port", "8000", "--no-dashboard"], /--no-dashboard leaves it out: give one of them/],
    [["--intervall", "5"], /--intervall/],
    [["--api-url", "https://example.org"], /another API needs a key: set ENERGYLIVE_API_KEY/],
  ])("says what is wrong, and exits with 2: %j", async (flags, problem) => {
    const { code, stdout, stderr } = await npmStart(flags);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(problem);
    expect(stderr).toMatch(/energylive start --help shows how it is used/);
  });

  it("refuses to send a key in the clear", async () => {
    const { code, stderr } = await npmStart(
      ["--once", "--api-url", "http://example.org/api", "--data", folder],
      { ENERGYLIVE_API_KEY: API_KEY },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENERGYLIVE_API_URL is not HTTPS/);
    expect(stderr).not.toContain(API_KEY);
  });

  it.each([
    [{ POLL_CONCURRENCY: "0" }, /POLL_CONCURRENCY is below 1/],
    [{ LOG_LEVEL: "verbose" }, /LOG_LEVEL is none of debug/],
  ])("names a wrong setting, and ends: %j", async (variables, problem) => {
    const { code, stderr } = await npmStart(["--once", "--data", folder], variables);
    expect(code).toBe(1);
    expect(stderr).toMatch(problem);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("lists its options with --help", async () => {
    const { code, stdout } = await npmStart(["--help"]);
    expect(code).toBe(0);
    for (const option of [
      "--once",
      "--devices",
      "--interval",
      "--data",
      "--fresh",
      "--api-url",
      "--port",
      "--json",
    ]) {
      expect(stdout).toContain(option);
    }
  });
});
