import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type CliStack, startCliStack } from "./cli.ts";

const NUMBER = "0.1000000000000000055511151231257827";

let stack: CliStack;
let ids: readonly string[];
beforeAll(async () => {
  stack = await startCliStack(2);
  ids = stack.collector.ids;
});
afterAll(() => stack[Symbol.asyncDispose]());

const id = (index: number) => ids[index] ?? "";

describe("poll --dry-run", () => {
  it("prints what would be published and quarantined, and writes nothing", async () => {
    await stack.collector.put({ device_id: id(0) });
    const at = 1_767_225_600_000;
    stack.collector.api.setResponse(
      id(0),
      `[{"measurement":"0100010700","timestamp":${at},"value":${NUMBER}},{"measurement":"power?","timestamp":1}]`,
    );
    const { code, stdout } = await stack.run("poll", "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^${id(0)}: 1 would be published, 0 unchanged, 1 would be quarantined`),
    );
    expect(stdout).toMatch(new RegExp(`0100010700 +${NUMBER}  W .*power drawn from the grid`));
    const json = await stack.run("poll", id(0), "--dry-run", "--json");
    expect(json.stdout).toContain(`"value": ${NUMBER}`);
    const [preview] = JSON.parse(json.stdout);
    expect(preview).toMatchObject({
      device_id: id(0),
      unchanged: 0,
      quarantine: [{ reason: "invalid_element", raw: '{"measurement":"power?","timestamp":1}' }],
    });
    expect(await stack.json("devices", "show", id(0))).toMatchObject({ health: "new", watermarks: {} });
    expect(await stack.collector.items(id(0))).toEqual([]);
    expect((await stack.collector.stack.queueDepth()).dlq).toBe(0);
  });
});

describe("poll", () => {
  it("runs the real fetcher for the named devices, due or not, and shows its result", async () => {
    stack.collector.api.setResponse(id(0), undefined);
    await stack.collector.put({ device_id: id(0), interval_seconds: 3600 });
    await stack.collector.put({ device_id: id(1) });
    const result = await stack.json("poll", id(0));
    expect(result).toMatchObject({ polled: 1, failed: 0, deferred: 0, quarantined: 0, failures: [] });
    expect(result.published).toBeGreaterThan(5);
    await stack.collector.drained();
    expect(await stack.collector.items(id(0))).toHaveLength(result.published);
    expect(await stack.collector.items(id(1))).toEqual([]);
    expect((await stack.run("poll")).stdout).toMatch(
      /^2 polled, 0 failed, \d+ published, \d+ unchanged, 0 quarantined\n$/,
    );
  });

  it("says why each failed device failed, and exits with 1", async () => {
    stack.collector.api.setFault(id(1), { kind: "status", status: 403 });
    await stack.collector.put({ device_id: "I-10082023-01658401", colour: "red" });
    const { code, stdout } = await stack.run("poll");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 polled, 2 failed/);
    expect(stdout).toMatch(
      new RegExp(`${id(1)}: energyLIVE answered 403 .* "default" is unknown or revoked`),
    );
    expect(stdout).toMatch(/I-10082023-01658401: its item is invalid: colour is not a field/);
    const unknown = await stack.run("poll", "I-01012020-00000009");
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/device I-01012020-00000009 not found/);
  });

  it("logs what the fetcher does with --debug, but no key", async () => {
    const { stderr } = await stack.run("poll", id(0), "--debug");
    expect(stderr).toMatch(/"event":"fetcher_finished"/);
    for (const text of stack.written) expect(text).not.toContain(API_KEY);
  });
});
