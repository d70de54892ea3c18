import { once } from "node:events";

import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { decimalText } from "@energylive/core/decimal";
import { measurementItem } from "@energylive/core/measurement/item";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ended } from "../support/ended.ts";
import { type CliStack, startCliStack } from "./cli.ts";

const HOUR = 3_600_000;
const START = Date.parse("2026-01-01T00:00:00Z");

/** More than DynamoDB returns at once: a page ends at 1 MB. */
const MANY = 8_000;
const LONG_SERIES = "I-05052025-00000001";

let stack: CliStack;
let id: string;

beforeAll(async () => {
  stack = await startCliStack(2);
  id = stack.collector.ids[0] ?? "";
  const body = Array.from({ length: 24 }, (_, hour) => [
    `{"measurement":"0100010700","timestamp":${START + hour * HOUR},"value":${hour}}`,
    `{"measurement":"odd name","timestamp":${START + hour * HOUR},"value":9007199254740993.${hour + 1}}`,
  ]).flat();
  stack.collector.api.setResponse(id, `[${body.join(",")}]`);
  for (const deviceId of stack.collector.ids)
    await stack.collector.put({ device_id: deviceId, name: `N ${deviceId}` });
  await stack.collector.stack.poll({});
  await stack.collector.drained();
  await writeSeries(LONG_SERIES, MANY);
});
afterAll(() => stack[Symbol.asyncDispose]());

async function writeSeries(device_id: string, count: number): Promise<void> {
  const { dynamodb, names } = stack.collector.stack;
  for (let start = 0; start < count; start += 25) {
    const Item = (index: number) =>
      measurementItem({
        device_id,
        measurement_type: "0100020700",
        timestamp: START + index * 60_000,
        value: decimalText(String(index)) ?? unreachable(),
        collection_time: new Date(START).toISOString(),
        retention_days: 365,
      });
    const puts = Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: Item(start + index) } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [names.measurementsTable]: puts } }));
  }
}

function unreachable(): never {
  throw new TypeError("a whole number is a decimal");
}

describe("query", () => {
  it.each(["power", "Power", "0100010700", "1-0:1.7.0", "1-0:1.7.0*255"])(
    "takes a type as %s",
    async (type) => {
      const { code, stdout, stderr } = await stack.run(
        ...["query", id, "--type", type, "--since", "2026-01-01T22:00Z", "--format", "csv"],
      );
      expect(stderr).toBe("");
      expect(stdout.trim().split("\n")).toEqual([
        "device_id,measurement_type,timestamp,iso_timestamp,value,unit,collection_time",
        expect.stringMatching(`^${id},0100010700,${START + 22 * HOUR},2026-01-01T22:00:00.000Z,22,W,`),
        expect.stringMatching(`^${id},0100010700,${START + 23 * HOUR},2026-01-01T23:00:00.000Z,23,W,`),
      ]);
      expect(code).toBe(0);
    },
  );

  it("takes a name that devices send, and lists the known ones for another", async () => {
    expect(await stack.json("query", id, "--type", "odd name")).toHaveLength(24);
    const { code, stderr } = await stack.run("query", id, "--type", "pwoer");
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /"pwoer" is not a measurement type.*\nshort names: power, import, feed-in, export, battery/,
    );
    expect(stderr).toMatch(/batteryVoltage/);
  });

  it("takes --since (inclusive), --until (exclusive), --desc and --limit", async () => {
    const hours = async (...args: string[]) =>
      (await stack.json("query", id, "--type", "power", ...args)).map(
        ({ value }: { value: number }) => value,
      );
    expect(await hours("--since", "2026-01-01T03:00Z", "--until", "2026-01-01T06:00Z")).toEqual([3, 4, 5]);
    expect(await hours("--limit", "2", "--desc")).toEqual([23, 22]);
    expect(await hours("--since", String(START + 22 * HOUR))).toEqual([22, 23]);
    const across = await stack.json("query", "--type", "power", "--until", "2026-01-01T02:00Z");
    expect(across.map(({ value }: { value: number }) => value)).toEqual([0, 1]);
  });

  it("writes values with all of their digits", async () => {
    const ndjson = await stack.run("query", id, "--type", "odd name", "--limit", "1", "--format", "ndjson");
    expect(ndjson.stdout).toMatch(/^\{"device_id":.*"value":9007199254740993\.1,.*\}\n$/);
    const json = await stack.run("query", id, "--type", "odd name", "--limit", "1", "--json");
    expect(json.stdout).toContain('"value":9007199254740993.1,');
  });

  it("shows a table, and says when there is nothing", async () => {
    const { stdout } = await stack.run("query", id, "--limit", "2");
    const [head, first] = stdout.split("\n");
    expect(head).toMatch(/^measured at +type +value +unit +meaning$/);
    expect(first).toMatch(/^2026-01-01 \d\d:00:00 {2}0100010700 .* 0 {2}W {5}power drawn from the grid$/);
    const across = await stack.run("query", "--type", "power", "--limit", "1");
    expect(across.stdout).toMatch(/^measured at +device +type .*\n2026-01-01 \d\d:00:00 {2}I-.* 0100010700 /);
    const none = await stack.run("query", id, "--since", "1s");
    expect(none).toMatchObject({ code: 0, stdout: "" });
    expect(none.stderr).toMatch(/Nothing is stored of .* in that time/);
    expect(await stack.json("query", id, "--since", "1s")).toEqual([]);
  });

  it("reads any number page by page, through the key and through the index", async () => {
    const all = await stack.run("query", LONG_SERIES, "--format", "ndjson");
    const values = all.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).value);
    expect(values).toEqual(Array.from({ length: MANY }, (_, index) => index));
    const across = await stack.json("query", "--type", "feed-in", "--until", "2026-02-01");
    expect(across).toHaveLength(MANY);
  });

  it("ends when the reader has seen enough", async () => {
    const child = stack.start("query", LONG_SERIES, "--format", "ndjson");
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { code, stderr } = await ended(child);
    expect(code).toBe(0);
    expect(stderr).toBe("");
  });
});

describe("latest", () => {
  it("shows the newest value of every type", async () => {
    const [device] = await stack.json("latest", id);
    expect(device).toMatchObject({ device_id: id, name: `N ${id}` });
    expect(
      device.measurements.map((m: Record<string, unknown>) => [m.measurement_type, m.timestamp]),
    ).toEqual([
      ["0100010700", START + 23 * HOUR],
      ["odd name", START + 23 * HOUR],
    ]);
    const { stdout } = await stack.run("latest");
    for (const deviceId of stack.collector.ids) expect(stdout).toContain(`N ${deviceId}  ${deviceId}`);
    expect(stdout).toMatch(/\d {2}0100010700 + 23 {2}W {5}power drawn from the grid\n/);
  });

  it("says that a device does not exist", async () => {
    const { code, stderr } = await stack.run("latest", LONG_SERIES);
    expect(code).toBe(1);
    expect(stderr).toMatch(/device .* not found/);
  });
});

describe("tail", () => {
  it("shows what is stored from now on, each once, until it is stopped", async () => {
    const child = stack.start("tail", id, "--type", "power", "--json");
    const end = ended(child);
    let seen = "";
    child.stdout?.on("data", (chunk) => {
      seen += chunk;
    });
    const at = START + 30 * HOUR;
    const answer = (hour: number) =>
      `[{"measurement":"0100010700","timestamp":${at + hour},"value":${hour}},{"measurement":"x","timestamp":${at + hour},"value":1}]`;
    if (child.stderr !== null) await once(child.stderr, "data");
    for (const hour of [1, 2]) {
      stack.collector.api.setResponse(id, answer(hour));
      await stack.collector.stack.poll({ device_ids: [id] });
      await stack.collector.drained();
      await expect.poll(() => seen.trim().split("\n").length, { timeout: 10_000 }).toBe(hour);
    }
    child.kill("SIGINT");
    const { code, stdout, stderr } = await end;
    expect(JSON.parse(stderr)).toEqual({ note: "Waiting for new measurements; Ctrl-C stops." });
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).value),
    ).toEqual([1, 2]);
  });
});
