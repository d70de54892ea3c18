import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createDeviceRegistry, type DeviceRegistry } from "@energylive/core/device/registry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ended } from "../support/ended.ts";
import { type CliStack, startCliStack } from "./cli.ts";

let stack: CliStack;
let registry: DeviceRegistry;
beforeAll(async () => {
  stack = await startCliStack(3);
  const { dynamodb, names } = stack.collector.stack;
  registry = createDeviceRegistry({ dynamodb, table: names.devicesTable });
  await stack.collector.put({ device_id: id(2) });
});
afterAll(() => stack[Symbol.asyncDispose]());

const id = (index: number) => stack.collector.ids[index] ?? "";

const item = async (deviceId: string) => (await registry.find(deviceId))?.config;

const deviceCount = async () => (await Array.fromAsync(registry.all())).length;

describe("devices import and export", () => {
  const number = (index: number) => `I-02022022-${String(index).padStart(8, "0")}`;

  it("adds none of 500 lines when two are wrong, and names the two", async () => {
    const before = await deviceCount();
    const rows = Array.from({ length: 500 }, (_, index) => `${number(index)},House ${index},300`);
    rows[122] = "I-02022022-123,House 122,300";
    rows[456] = `${number(456)},House 456,often`;
    const file = join(stack.data, "bad.csv");
    await writeFile(file, `device_id,name,interval_seconds\n${rows.join("\n")}\n`);
    const { code, stdout, stderr } = await stack.run("devices", "import", file);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^line 124: device_id is not a device id/),
      expect.stringMatching(/^line 458: interval_seconds takes seconds, like 300, 5m or 1h, not "often"/),
      "2 of 500 devices are not valid, so none was added",
      "fix the file and import it again",
    ]);
    expect(await deviceCount()).toBe(before);
  });

  it("adds 500 valid devices at once, and changes nothing the second time", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => `${number(index)},House ${index},300`);
    const csv = `device_id,name,interval_seconds\n${rows.join("\n")}\n`;
    const first = await stack.runWith({ stdin: csv }, "devices", "import", "-", "--json");
    expect(JSON.parse(first.stdout)).toEqual({ added: 500, updated: 0, unchanged: 0 });
    const second = await stack.runWith({ stdin: csv }, "devices", "import", "-");
    expect(second.stdout).toBe("0 added, 0 updated, 500 unchanged.\n");
    const changed = await stack.runWith(
      { stdin: csv.replace("House 7,300", "House 7,600") },
      "devices",
      "import",
      "-",
    );
    expect(changed.code).toBe(1);
    expect(changed.stderr).toMatch(
      /^line 9: I-02022022-00000007 already exists and differs; --update changes it/,
    );
  });

  it.each(["csv", "json"])("makes a round trip through %s, whatever the fields contain", async (format) => {
    const awkward = {
      device_id: id(0),
      name: 'Mother, "Nan"\nGraz',
      enabled: false,
      interval_seconds: 900,
      measurement_types: ["0100010700", "odd;type", "[x"],
      alerts: [{ rule: "energy_above", kwh: 20, per: "day" }],
      labels: { "a=b": "c;d", plain: "=" },
    };
    await stack.collector.put(awkward);
    const file = join(stack.data, `all.${format}`);
    expect((await stack.run("devices", "export", file)).code).toBe(0);
    await stack.run("devices", "remove", id(0));
    await stack.collector.put({ device_id: id(2), name: "changed" });
    const { code, stdout } = await stack.run("devices", "import", file, "--update");
    expect(code).toBe(0);
    expect(stdout).toBe("1 added, 1 updated, 500 unchanged.\n");
    expect(await item(id(0))).toEqual(awkward);
    expect(await item(id(2))).toEqual({ device_id: id(2) });
  });

  it("exports to standard output in the format that import reads", async () => {
    const { stdout } = await stack.run("devices", "export");
    expect(stdout.split("\n")[0]).toBe(
      "device_id,name,enabled,api_key,interval_seconds,measurement_types,retention_days,time_zone,tariff,alerts,channels,muted_until,labels",
    );
    const json = await stack.json("devices", "export");
    expect(json).toEqual(JSON.parse(await readFile(join(stack.data, "all.json"), "utf8")));
  });

  it("reads a byte order mark, CRLF, quoted cells, short names and notations", async () => {
    const device_id = "I-03032023-00000001";
    const csv = [
      "device_id,name,enabled,interval_seconds,measurement_types,labels",
      `${device_id},"Müller, Graz",true,15m,power; 1-0:1.8.0,url=a=b;floor=2`,
      ",,,,,",
    ].join("\r\n");
    const file = join(stack.data, "devices.csv");
    await writeFile(file, `\ufeff${csv}`);
    const { code, stderr } = await stack.run("devices", "import", file);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(await item(device_id)).toEqual({
      device_id,
      name: "Müller, Graz",
      enabled: true,
      interval_seconds: 900,
      measurement_types: ["0100010700", "0100010800"],
      labels: { url: "a=b", floor: "2" },
    });
    await stack.run("devices", "remove", device_id);
  });

  it("names every wrong line, and adds nothing", async () => {
    const before = await deviceCount();
    const csv = [
      "device_id,name,intervall,measurement_types",
      "I-03032023-00000001,a,5,;",
      "I-03032023-00000002,b",
      "I-03032023-00000003,c,,,,6",
      "I-03032023-00000001,d,,power",
    ].join("\n");
    const { code, stderr } = await stack.runWith({ stdin: csv }, "devices", "import", "-");
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(
        /^line 1: the column "intervall" is not a field of a device \(known: device_id, name, /,
      ),
      "line 2: measurement_types names no type: leave it out to keep all",
      "line 3: has 2 cells, but the header has 4",
      "line 4: has 6 cells, but the header has 4",
      "3 of 4 devices are not valid, so none was added",
      "fix the file and import it again",
    ]);
    const latin1 = join(stack.data, "latin1.csv");
    await writeFile(latin1, Buffer.from("device_id,name\nI-03032023-00000001,Müller\n", "latin1"));
    const encoded = await stack.run("devices", "import", latin1);
    expect(encoded.stderr).toMatch(/latin1\.csv is not UTF-8\nsave it as "CSV UTF-8"/);
    expect(await deviceCount()).toBe(before);
  });

  it("takes an unknown type, and says so", async () => {
    const json = JSON.stringify([
      { device_id: "I-03032023-00000001", measurement_types: ["power", "pwoer"] },
      { device_id: "I-03032023-00000002", measurement_types: ["pwoer"] },
    ]);
    const { code, stderr } = await stack.runWith({ stdin: json }, "devices", "import", "-");
    expect(code).toBe(0);
    expect(stderr).toBe(
      'device 1 and 1 more: "pwoer" is not a known measurement type; it is used as given.\n',
    );
    expect(await item("I-03032023-00000001")).toMatchObject({ measurement_types: ["0100010700", "pwoer"] });
    for (const number of [1, 2]) await stack.run("devices", "remove", `I-03032023-0000000${number}`);
  });

  it("says why it cannot read a file", async () => {
    for (const [stdin, problem] of [
      ["[{]", /not JSON/],
      ["device_id,name\nI-1", /^line 2: has 1 cell, but the header has 2; device_id is not a device id/],
      ['device_id,name\nI-1,"', /not a CSV file with one device per line/],
      ["I-02022022-00000001,House 1", /no column device_id\nits first line must name the fields/],
      ["", /no column device_id/],
      ['[{"device_id":"I-02022022-00000001","colour":"red"}]', /^device 1: colour is not a field/],
    ] as const) {
      const { code, stderr } = await stack.runWith({ stdin }, "devices", "import", "-");
      expect(code).toBe(1);
      expect(stderr).toMatch(problem);
    }
  });
});

it("says how far a stopped import got, and finishes it the next time", async () => {
  const rows = Array.from({ length: 3_000 }, (_, index) => `I-05052025-${String(index).padStart(8, "0")}`);
  const file = join(stack.data, "long.csv");
  await writeFile(file, `device_id\n${rows.join("\n")}\n`);
  const child = stack.start("devices", "import", file);
  const end = ended(child);
  await expect.poll(() => item(rows[0] ?? ""), { timeout: 20_000, interval: 5 }).toBeDefined();
  child.kill("SIGINT");
  const { code, stderr } = await end;
  expect(code).toBe(1);
  const [, written] =
    /^stopped after (\d+) of 3000 devices\nrun the same import again to write the others\n$/.exec(stderr) ??
    [];
  const again = await stack.json("devices", "import", file);
  expect(again).toEqual({ added: 3_000 - Number(written), updated: 0, unchanged: Number(written) });
});
