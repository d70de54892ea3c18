import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type CliStack, startCliStack } from "./cli.ts";

const UNKNOWN = "I-01012020-00000001";

let stack: CliStack;
let ids: readonly string[];
beforeAll(async () => {
  stack = await startCliStack(3);
  ids = stack.collector.ids;
});
afterAll(() => stack[Symbol.asyncDispose]());

const id = (index: number) => ids[index] ?? "";

/** Read without the command, as the fetcher reads it. */
async function item(deviceId: string): Promise<Record<string, unknown> | undefined> {
  const { dynamodb, names } = stack.collector.stack;
  return (await createDeviceRegistry({ dynamodb, table: names.devicesTable }).find(deviceId))?.config;
}

async function watermarks(deviceId: string) {
  const { dynamodb, names } = stack.collector.stack;
  return (await createDeviceRegistry({ dynamodb, table: names.devicesTable }).find(deviceId))?.device?.state
    .watermarks;
}

async function deviceCount(): Promise<number> {
  const { dynamodb, names } = stack.collector.stack;
  const all = await Array.fromAsync(createDeviceRegistry({ dynamodb, table: names.devicesTable }).all());
  return all.length;
}

describe("devices add", () => {
  it("adds a device that the API knows, with the given fields", async () => {
    const { code, stdout, stderr } = await stack.run(
      ...["devices", "add", id(0), "--name", "Mother", "--interval", "15m", "--types", "power,1-0:1.8.0"],
      ...["--retention", "2y", "--label", "site=Graz", "--label", "floor=2"],
    );
    expect(stderr).toBe("");
    expect(stdout).toMatch(new RegExp(`^Added ${id(0)}. The API answers for it with \\d+ types`));
    expect(code).toBe(0);
    expect(await item(id(0))).toEqual({
      device_id: id(0),
      name: "Mother",
      interval_seconds: 900,
      measurement_types: ["0100010700", "0100010800"],
      retention_days: 730,
      labels: { site: "Graz", floor: "2" },
    });
  });

  it("says that an id is wrong, and adds nothing", async () => {
    const { code, stderr } = await stack.run("devices", "add", UNKNOWN);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^wrong id: .*the key "default" has no such device/);
    expect(stderr).toContain(`the key "default" may read: ${ids.join(", ")}`);
    expect(await item(UNKNOWN)).toBeUndefined();
  });

  it("says that a key is wrong: one that the API refuses, and one that does not exist", async () => {
    const refused = await stack.runWith(
      { env: { ENERGYLIVE_API_KEY: "revoked-key-0123456789" } },
      "devices",
      "add",
      id(1),
    );
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^wrong key: .*the key "default" is unknown or revoked/);
    expect(refused.stderr).not.toContain("revoked-key");
    const missing = await stack.run("devices", "add", id(1), "--key", "nobody");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(
      /^wrong key: key "nobody" not found.*\nenergylive keys set nobody sets it/,
    );
  });

  it("refuses a type that is neither known nor sent, and lists those that are", async () => {
    stack.collector.api.setResponse(id(1), '[{"measurement":"oddType","timestamp":1767225600000,"value":1}]');
    const typo = await stack.run("devices", "add", id(1), "--types", "power,pwoer");
    expect(typo.code).toBe(2);
    expect(typo.stderr).toMatch(
      /^"pwoer" is neither a known measurement type nor one that the device sends\nshort names: power/,
    );
    expect(typo.stderr).toMatch(/\nthe device sends: oddType\n$/);
    expect((await stack.run("devices", "add", id(1), "--types", ",")).stderr).toMatch(
      /^--types names no type/,
    );
    expect(await item(id(1))).toBeUndefined();
    expect((await stack.run("devices", "add", id(1), "--types", "power,oddType")).code).toBe(0);
    const set = await stack.run("devices", "set", id(1), "measurement_types=pwoer");
    expect(set.code).toBe(2);
    expect(await item(id(1))).toMatchObject({ measurement_types: ["0100010700", "oddType"] });
    stack.collector.api.setResponse(id(1), undefined);
    await stack.run("devices", "remove", id(1));
  });

  it("does not ask the API with --no-verify", async () => {
    const before = stack.collector.api.requests(UNKNOWN).length;
    expect((await stack.run("devices", "add", UNKNOWN, "--no-verify")).code).toBe(0);
    expect(stack.collector.api.requests(UNKNOWN)).toHaveLength(before);
    expect(await item(UNKNOWN)).toEqual({ device_id: UNKNOWN });
    expect((await stack.run("devices", "remove", UNKNOWN)).code).toBe(0);
  });

  it("leaves an existing device as it is", async () => {
    const { code, stderr } = await stack.run("devices", "add", id(0), "--name", "Another");
    expect(code).toBe(1);
    expect(stderr).toMatch(/already exists\nenergylive devices set/);
    expect(await item(id(0))).toMatchObject({ name: "Mother" });
  });
});

describe("a device", () => {
  const NEAR = "I-33333333-00000001";
  beforeAll(async () => {
    await stack.collector.put({ device_id: NEAR, name: "Mother's garage" });
  });
  afterAll(() => stack.run("devices", "remove", NEAR));

  it.each([
    ["its name", "mother"],
    ["a part of its name that no other has", "GARAGE"],
    ["a part of its id that no other has", "33333333"],
  ])("is named by %s", async (_, text) => {
    const { device_id } = await stack.json("devices", "show", text);
    expect(device_id).toBe(text === "mother" ? id(0) : NEAR);
  });

  it.each([["moth"], ["o"]])("is not guessed where several fit: %s", async (text) => {
    for (const command of [["devices", "disable"], ["query"], ["energy"], ["poll"]]) {
      const { code, stderr } = await stack.run(...command, text);
      expect(code).toBe(1);
      expect(stderr.replaceAll(/\s+/g, " ")).toMatch(
        /fits \d+ devices: .*Mother \(I-.*give more of the name, or the id/,
      );
    }
  });

  it("is not found where none fits", async () => {
    const { code, stderr } = await stack.run("latest", "the neighbour's");
    expect(code).toBe(1);
    expect(stderr).toMatch(/no device has "the neighbour's" in its name or its id/);
  });
});

describe("devices set, enable, disable", () => {
  it("changes only the named fields, and keeps the fetcher's state (invariant 7)", async () => {
    await stack.collector.stack.poll({ device_ids: [id(0)] });
    const [config, published] = [await item(id(0)), await watermarks(id(0))];
    expect(published).not.toEqual({});
    const { code, stdout } = await stack.run(
      ...["devices", "set", id(0), "name=Nan", "labels.floor=", "retention_days="],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/name = Nan.*retention_days removed/);
    const { retention_days, ...rest } = config ?? {};
    expect(await item(id(0))).toEqual({ ...rest, name: "Nan", labels: { site: "Graz" } });
    expect(await watermarks(id(0))).toEqual(published);
  });

  it.each([
    ["interval_seconds=often", /interval_seconds takes seconds/],
    ["enabled=perhaps", /enabled is not true or false/],
    ["retention_days=0", /retention_days is less than 1/],
    ["api_key=a/b", /api_key is not a key's name/],
    ["name= ", /name is blank/],
    ["intervall_seconds=60", /no field "intervall_seconds"; it has name, enabled/],
    ["device_id=I-10082023-01658401", /keeps its id/],
    ["name", /"name" is not field=value/],
  ])("refuses %s, says what it takes, and changes nothing", async (assignment, problem) => {
    const before = await item(id(0));
    const { code, stderr } = await stack.run("devices", "set", id(0), assignment);
    expect(code).toBe(2);
    expect(stderr).toMatch(problem);
    expect(await item(id(0))).toEqual(before);
  });

  it("takes the name of a key that does not exist yet, and says that there is none", async () => {
    const { code, stderr } = await stack.run("devices", "set", id(0), "api_key=grandmother");
    expect(code).toBe(0);
    expect(stderr).toMatch(/There is no key "grandmother".*energylive keys set grandmother/s);
    expect(await stack.run("devices", "set", id(0), "api_key=")).toMatchObject({ code: 0, stderr: "" });
  });

  it("disables and enables a device", async () => {
    expect((await stack.run("devices", "disable", id(0))).code).toBe(0);
    expect(await stack.json("devices", "show", id(0))).toMatchObject({ health: "disabled", enabled: false });
    expect((await stack.run("devices", "enable", id(0))).code).toBe(0);
    expect(await item(id(0))).toMatchObject({ enabled: true });
  });

  it("says that a device does not exist", async () => {
    const { code, stderr } = await stack.run("devices", "set", UNKNOWN, "name=x");
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`device ${UNKNOWN} not found\nenergylive devices list`));
  });
});

describe("devices list", () => {
  it("shows every device's health, and why an item is invalid, which set can fix", async () => {
    const { dynamodb, names } = stack.collector.stack;
    await stack.run("devices", "add", id(1));
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: names.devicesTable,
        Key: { device_id: { S: id(1) } },
        UpdateExpression: "SET intervall = :n",
        ExpressionAttributeValues: { ":n": { N: "60" } },
      }),
    );
    const { code, stdout } = await stack.run("devices", "list");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`${id(0)}  Nan +ok +\\d+ s ago +\\d+ (s|min) ago +0`));
    expect(stdout).toMatch(new RegExp(`${id(1)} is not polled: intervall is not a field of a device`));
    expect(stdout).toMatch(/2 devices: 1 invalid, 1 ok/);
    expect((await stack.run("devices", "set", id(1), "intervall=")).code).toBe(0);
    const [first, second] = await stack.json("devices", "list");
    expect(first).toMatchObject({ device_id: id(1), health: "new", consecutive_failures: 0 });
    expect(second).toMatchObject({ device_id: id(0), health: "ok", api_key: "default" });
  });

  it("shows a failing device with the reason", async () => {
    stack.collector.api.setFault(id(1), { kind: "status", status: 403 });
    await stack.collector.stack.poll({ device_ids: [id(1)] });
    stack.collector.api.setFault(id(1), undefined);
    const { stdout } = await stack.run("devices", "list");
    expect(stdout).toMatch(new RegExp(`${id(1)} .*failing .*never .*1`));
    expect(stdout).toMatch(/the key "default" is unknown or revoked/);
  });
});

describe("devices discover", () => {
  it("lists the account's devices and marks existing ones; without a terminal it adds none", async () => {
    const { code, stdout, stderr } = await stack.run("devices", "discover");
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`${id(0)}  collected already`));
    expect(stdout).toMatch(new RegExp(`${id(2)}  not collected`));
    expect(stderr).toMatch(/1 can be added: energylive devices discover --yes/);
    expect(await deviceCount()).toBe(2);
  });

  it("adds the others with --yes", async () => {
    const { devices } = await stack.json("devices", "discover", "--yes");
    expect(devices).toEqual([
      { device_id: id(0), known: true, added: false },
      { device_id: id(1), known: true, added: false },
      { device_id: id(2), known: false, added: true },
    ]);
    expect(await item(id(2))).toEqual({ device_id: id(2) });
  });
});

describe("devices remove", () => {
  it("keeps the data of a removed device, and says so", async () => {
    await stack.collector.drained();
    const stored = (await stack.collector.items(id(0))).length;
    expect(stored).toBeGreaterThan(0);
    const { code, stdout } = await stack.run("devices", "remove", id(0));
    expect(code).toBe(0);
    expect(stdout).toMatch(/Its measurements stay until their retention ends/);
    expect(await item(id(0))).toBeUndefined();
    expect(await stack.json("query", id(0))).toHaveLength(stored);
    expect((await stack.run("devices", "remove", id(0))).code).toBe(1);
  });
});

it("prints no key in any of these commands (invariant 8)", () => {
  expect(stack.written.length).toBeGreaterThan(40);
  for (const text of stack.written) expect(text).not.toContain(API_KEY);
});
