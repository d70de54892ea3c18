import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plantedKey } from "../faults/security/planted.ts";
import { API_KEY, type CliStack, startCliStack } from "./cli.ts";

const MOTHER = plantedKey("mother");

let stack: CliStack;
let file: string;
beforeAll(async () => {
  stack = await startCliStack(1);
  file = join(stack.data, "account", "keys.json");
});
afterAll(() => stack[Symbol.asyncDispose]());

describe("keys", () => {
  it("lists no keys at first, and says where the default key is", async () => {
    const { code, stdout } = await stack.run("keys", "list");
    expect(code).toBe(0);
    expect(stdout).toMatch(/There are no keys yet.*ENERGYLIVE_API_KEY/);
  });

  it("sets keys from standard input, in a file that only its owner can read", async () => {
    const { code, stdout } = await stack.runWith({ stdin: `${MOTHER}\n` }, "keys", "set", "mother");
    expect(code).toBe(0);
    expect(stdout).toMatch(/The key "mother" is set/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(MOTHER);
  });

  it("gives keys to the fetcher of the running stack", async () => {
    const [id = ""] = stack.collector.ids;
    stack.collector.api.setKey(MOTHER, "all");
    await stack.collector.put({ device_id: id, api_key: "mother" });
    expect(await stack.collector.stack.poll({ device_ids: [id] })).toMatchObject({ polled: 1, failed: 0 });
  });

  it("lists keys by name and date, with the number of devices that use them", async () => {
    const [entry] = await stack.json("keys", "list");
    expect(entry).toEqual({ name: "mother", set_at: expect.stringMatching(/^\d{4}-.*Z$/), devices: 1 });
    expect(Date.now() - Date.parse(entry.set_at)).toBeLessThan(60_000);
    expect((await stack.run("keys", "list")).stdout).toMatch(/^mother +\d{4}-\d\d-\d\d .* 1$/m);
  });

  it("refuses to remove a key that a device uses", async () => {
    const [id = ""] = stack.collector.ids;
    const refused = await stack.run("keys", "remove", "mother");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(new RegExp(`the key "mother" was not removed: ${id} would lose it`));
    await stack.collector.put({ device_id: id });
    expect((await stack.run("keys", "remove", "mother")).code).toBe(0);
    expect(await stack.json("keys", "list")).toEqual([]);
    expect((await stack.run("keys", "remove", "mother")).code).toBe(1);
  });

  it("refuses what cannot be a key, and the default one, with what to do", async () => {
    const empty = await stack.runWith({ stdin: "\n" }, "keys", "set", "mother");
    expect(empty.code).toBe(2);
    expect(empty.stderr).toMatch(/the key "mother" is empty/);
    const twoLines = await stack.runWith({ stdin: `${MOTHER}\n${MOTHER}` }, "keys", "set", "mother");
    expect(twoLines.code).toBe(2);
    const fallback = await stack.runWith({ stdin: MOTHER }, "keys", "set", "default");
    expect(fallback.code).toBe(2);
    expect(fallback.stderr).toMatch(
      /the key "default" is the variable ENERGYLIVE_API_KEY, .*: change it there/,
    );
  });

  it("keeps the default key too, where the environment has none", async () => {
    const without = { env: { ENERGYLIVE_API_KEY: "" } };
    const set = await stack.runWith({ ...without, stdin: MOTHER }, "keys", "set", "default");
    expect(set.code).toBe(0);
    const list = await stack.runWith(without, "keys", "list", "--json");
    expect(JSON.parse(list.stdout)).toEqual([expect.objectContaining({ name: "default", devices: 1 })]);
    await stack.collector.stack.devices.edit(stack.collector.ids[0] ?? "", {
      set: { api_key: "father" },
      remove: [],
    });
    expect((await stack.runWith(without, "keys", "remove", "default")).code).toBe(0);
    await stack.collector.put({ device_id: stack.collector.ids[0] ?? "" });
  });

  it("takes a file that a person wrote, and makes it private when it writes it", async () => {
    await writeFile(file, JSON.stringify({ father: MOTHER }));
    await chmod(file, 0o644);
    expect(await stack.json("keys", "list")).toEqual([{ name: "father", set_at: null, devices: 0 }]);
    await stack.runWith({ stdin: MOTHER }, "keys", "set", "mother");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stack.json("keys", "list")).map(({ name }: { name: string }) => name)).toEqual([
      "father",
      "mother",
    ]);
    await writeFile(file, `{"broken":"${MOTHER}"`);
    const broken = await stack.run("keys", "list");
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/keys\.json is not a JSON object of key names and values/);
  });

  it("prints no key in any command (invariant 8)", () => {
    expect(stack.written.join("")).not.toBe("");
    for (const text of stack.written) {
      expect(text).not.toContain(MOTHER);
      expect(text).not.toContain(API_KEY);
    }
  });
});
