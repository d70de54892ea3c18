import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { DeviceState } from "@energylive/core/device/state";
import { measurementKey } from "@energylive/core/measurement/measurement";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { type CliStack, cli, sendAll, startCliStack } from "./cli.ts";

const MINUTE_MS = 60_000;
const MOTHER = "key-of-mother-of-a-backup-0123456789";

let stack: CliStack;
let file: string;
/** An empty folder of another machine. */
let other: string;
beforeEach(async () => {
  stack = await startCliStack(2);
  file = join(stack.data, "energylive.backup");
  other = join(stack.data, "other");
  const { collector } = stack;
  for (const device_id of collector.ids) await collector.put({ device_id });
  await collector.stack.poll({});
  await collector.drained();
});
afterEach(() => stack[Symbol.asyncDispose]());

interface Line {
  table?: string;
  item?: Record<string, AttributeValue>;
  [field: string]: unknown;
}

/** The lines between the header and the end, in an order of their own. Versions count the writes, and may differ. */
async function linesOf(path: string): Promise<string[]> {
  const lines: Line[] = (await textOf(path))
    .trim()
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line));
  return lines
    .map(({ item, ...line }) => JSON.stringify({ ...line, item: { ...item, version: undefined } }))
    .sort();
}

const textOf = async (path: string) => gunzipSync(await readFile(path)).toString();

describe("energylive backup and restore", () => {
  it("bring everything into an empty folder, and the second time nothing", async () => {
    const { collector } = stack;
    const { endpoints } = collector.stack;
    await stack.runWith({ stdin: MOTHER }, "keys", "set", "mother");
    await stack.runWith({ stdin: `https://example.com/${MOTHER}` }, "channels", "set", "phone", "webhook");
    const dead = { failure_reason: "invalid_json", failure_detail: "ein „Ä“" };
    await sendAll(collector, endpoints.dlqUrl, [{ body: "{", attributes: dead }, { body: "no reason" }]);

    const written = await stack.run("backup", file);
    expect(written.code).toBe(0);
    expect(written.stdout).toMatch(
      /holds 2 devices, \d+ measurements, \d+ load profiles, 2 messages and 1 key/,
    );
    expect((await stat(file)).mode & 0o077).toBe(0);

    const restored = await cli(["restore", file, "--data", other]);
    expect(restored.stderr).toMatch(/this is what is stored/);
    expect(restored.code).toBe(0);
    const again = join(stack.data, "again.backup");
    expect((await cli(["backup", again, "--data", other])).code).toBe(0);
    expect(await linesOf(again)).toEqual(await linesOf(file));
    for (const secrets of ["keys.json", "channels.json"])
      expect((await stat(join(other, "account", secrets))).mode & 0o077).toBe(0);

    const second = JSON.parse((await cli(["restore", file, "--data", other, "--json"])).stdout);
    expect(second).toMatchObject({ devices: 0, messages: 0, profiles: 0 });
    expect((await cli(["backup", again, "--data", other])).code).toBe(0);
    expect(await linesOf(again)).toEqual(await linesOf(file));
    for (const text of [...stack.written, restored.stdout, restored.stderr])
      expect(text).not.toContain(MOTHER);
  }, 60_000);

  it("lose nothing of what the devices say was published, while the stack polls and stores", async () => {
    const { collector } = stack;
    const polling = { goesOn: true };
    const polls = (async () => {
      for (let at = Date.now() - 10_000_000; polling.goesOn; at += 1_000) {
        for (const id of collector.ids)
          collector.api.setResponse(id, [
            { measurement: "0100010800", timestamp: at, value: at },
            { measurement: "0100010700", timestamp: at, value: 100 },
          ]);
        await collector.stack.poll({});
      }
    })();
    expect((await stack.run("backup", file)).code).toBe(0);
    polling.goesOn = false;
    await polls;
    expect((await cli(["restore", file, "--data", other])).code).toBe(0);
    const lines: Line[] = (await textOf(file))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    await using restored = await startCollector({ folder: join(other, "account") });
    await restored.drained();
    for (const { table, item } of lines) {
      if (table !== "devices") continue;
      const id = item?.device_id?.S ?? "";
      const stored = new Set((await restored.items(id)).map(({ measurement_key }) => measurement_key?.S));
      const { watermarks } = DeviceState.read(item?.state);
      expect(Object.keys(watermarks).length).toBeGreaterThan(5);
      for (const [measurement_type, timestamp] of Object.entries(watermarks))
        expect(stored).toContain(measurementKey({ measurement_type, timestamp }));
    }
  }, 60_000);

  it("leave what a running stack has, and close the gap between the two", async () => {
    const { collector } = stack;
    const [id = ""] = collector.ids;
    expect((await stack.run("backup", file)).code).toBe(0);
    // The backup as of an hour ago: the stack has measured since, and a person has edited the device.
    const hourAgo = (await textOf(file))
      .split("\n")
      .map((line) => (line.includes('"table":"measurements"') ? anHourEarlier(line) : line))
      .filter((line) => !line.includes('"table":"profiles"'));
    const end = JSON.parse(hourAgo.findLast((line) => line !== "") ?? "");
    hourAgo.splice(-2, 1, JSON.stringify({ end: { ...end.end, profiles: 0 } }));
    await writeFile(file, gzipSync(hourAgo.join("\n")));
    await collector.stack.devices.edit(id, { set: { name: "Haus" }, remove: [] });

    const { code, stdout } = await stack.run("restore", file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: 0 devices, \d+ measurements/);
    expect((await collector.stack.devices.find(id))?.device?.name).toBe("Haus");
    const { stdout: checked } = await stack.run("profiles", "check");
    expect(checked).toMatch(/quarter-hours of 2 devices checked, 0 different/);
    const energy = await stack.json("energy", id, "--by", "quarter", "--since", "3h");
    expect(JSON.stringify(energy)).toMatch(/"estimated":[1-9]/);
  }, 60_000);
});

function anHourEarlier(line: string): string {
  const { table, item } = JSON.parse(line);
  const timestamp = Number(item.timestamp.N) - 60 * MINUTE_MS;
  const measurement_type = item.measurement_type.S;
  return JSON.stringify({
    table,
    item: {
      ...item,
      timestamp: { N: String(timestamp) },
      iso_timestamp: { S: new Date(timestamp).toISOString() },
      measurement_key: { S: measurementKey({ measurement_type, timestamp }) },
    },
  });
}

describe("energylive restore of what is no backup", () => {
  it("says what is wrong with it, and makes and writes nothing", async () => {
    expect((await stack.run("backup", file)).code).toBe(0);
    const whole = await readFile(file);
    const lines = gunzipSync(whole).toString().split("\n");
    const wrong: [content: string | Buffer, problem: RegExp][] = [
      [whole.subarray(0, whole.length / 2), /was cut off/],
      ["{}", /is not a backup, or is damaged/],
      [gzipSync(""), /is empty/],
      [gzipSync("{}\n"), /is not a backup of energylive, or of a later version/],
      [gzipSync(lines.slice(0, -2).join("\n")), /its last line is missing/],
      [gzipSync(lines.toSpliced(3, 1).join("\n")), /lacks a part of what its last line says/],
      [gzipSync(lines.toSpliced(3, 0, '{"table":"x"}').join("\n")), /line 4 of .* is not one of a backup/],
      [gzipSync(lines.toSpliced(3, 0, "{").join("\n")), /line 4 of .* is not JSON/],
    ];
    for (const [content, problem] of wrong) {
      await writeFile(file, content);
      const { code, stdout, stderr } = await cli(["restore", file, "--data", other]);
      expect([problem, code]).toEqual([problem, 1]);
      expect(stderr).toMatch(problem);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe("");
    }
    const { stderr } = await cli(["restore", `${file}.not`, "--data", other]);
    expect(stderr).toMatch(/energylive\.backup\.not is not there/);
    expect(existsSync(other)).toBe(false);
  }, 60_000);

  it("names the file that cannot be written", async () => {
    const { code, stderr } = await stack.run("backup", join(stack.data, "none", "x.backup"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/x\.backup cannot be written: .*\n.*in a folder that exists/);
  });

  it("refuses a deployed stage, which has its own", async () => {
    const { code, stderr } = await cli(["backup", file, "--stage", "test"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is deployed, and a backup is of an embedded stack/);
  });
});
