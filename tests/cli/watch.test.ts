import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type HomeStack, startHomeStack } from "./cli.ts";

let stack: HomeStack;
beforeAll(async () => {
  stack = await startHomeStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

describe("energylive watch", () => {
  it("writes what the device sends as it comes, which is stored too, and ends with Ctrl-C", async () => {
    const watching = stack.start("watch", "home", "--json");
    let stdout = "";
    let stderr = "";
    watching.stdout?.on("data", (data) => {
      stdout += data;
    });
    watching.stderr?.on("data", (data) => {
      stderr += data;
    });
    const lines = () =>
      stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
    // A simulated meter has a new value every few seconds.
    await expect.poll(() => lines().length, { timeout: 40_000 }).toBeGreaterThan(1);
    watching.kill("SIGINT");
    await once(watching, "exit");
    expect(watching.exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/Watching Home; Ctrl-C stops/);
    await stack.collector.drained();
    const stored = new Map(
      (await stack.collector.items(stack.home)).map(({ measurement_key, value }) => [
        measurement_key?.S,
        value?.N,
      ]),
    );
    for (const { device_id, timestamp, measurement_type, value } of lines()) {
      expect(device_id).toBe(stack.home);
      expect(stored.get(`${timestamp}#${measurement_type}`)).toBe(String(value));
    }
    const polled = stack.collector.api.requests(stack.home).filter(({ path }) => path.endsWith("/latest"));
    expect(polled, "nothing was polled").toEqual([]);
  }, 60_000);

  it("says what is wrong with the device or its key", async () => {
    const unknown = await stack.run("watch", "I-00000000-00000000");
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/not found/)]);
    stack.collector.api.revokeKey(API_KEY);
    const refused = await stack.run("watch", "home");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/answered 403 .*the key "default" is unknown or revoked/);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });
});
