import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAws } from "../../../../tests/support/aws.ts";
import { type Services, services, startServices } from "../../../../tests/support/services.ts";
import { systemClock } from "../clock.ts";
import { createMeasurementWriter } from "../consumer/writer.ts";
import { decimalText } from "../decimal.ts";
import { parseDevice } from "../device/device.ts";
import { createLog } from "../log.ts";
import { createMeasurementHistory, type MeasurementHistory } from "./history.ts";
import { measurementItem, type StoredMeasurement } from "./item.ts";
import { createLatestMeasurements } from "./latest.ts";
import type { MeasurementRange } from "./pages.ts";

const DEVICE = "I-10082023-01658401";
const OTHER = "I-10082023-01658402";
const LARGE = "I-10082023-01658403";
/** It sent one type once, and then another more often than is searched at first. */
const RARE = "I-10082023-01658404";
const FIRST = 1_726_559_000_000;
const TYPES = ["a", "b", "c"];
const TIMES = 200;
/** Long, so a device's measurements fill more than DynamoDB's page of 1 MB: 4 KB each. */
const UNIT = "x".repeat(4_000);
/** Types of 60 KB, more than some services return for one BatchGetItem. */
const LARGE_TYPES = Array.from({ length: 40 }, (_, index) => `type${(index * 7) % 40}`);

let started: Services;
let dynamodb: DynamoDBClient;
let history: MeasurementHistory;
beforeAll(async () => {
  started = await startServices();
  dynamodb = new DynamoDBClient(services.awsConfig(started.dynamodb));
  const table = started.names.measurementsTable;
  history = createMeasurementHistory({ dynamodb, table });
  const writer = createMeasurementWriter({
    dynamodb,
    table,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent" }),
  });
  const items = TYPES.flatMap((type) =>
    Array.from({ length: TIMES }, (_, index) => item(DEVICE, type, index)),
  );
  items.push(item(OTHER, "a", 0), item(OTHER, "d", 1));
  items.push(item(RARE, "rare", 0));
  items.push(...Array.from({ length: 201 }, (_, index) => item(RARE, "often", index + 1)));
  const unit = { S: "x".repeat(60_000) };
  items.push(...LARGE_TYPES.map((type, index) => ({ ...item(LARGE, type, index), unit })));
  const { outcomes } = await writer.write(items, Date.now() + 60_000);
  if (outcomes.some(({ outcome }) => outcome !== "stored")) throw new Error("not all was stored");
});
afterAll(async () => {
  dynamodb.destroy();
  await started[Symbol.asyncDispose]();
});

function item(device_id: string, measurement_type: string, index: number) {
  const value = decimalText(String(index));
  if (value === undefined) throw new TypeError(`${index} is not a number`);
  const collection_time = "2024-09-17T08:00:00.123Z";
  const message = { device_id, measurement_type, timestamp: FIRST + index, value, collection_time };
  return { ...measurementItem({ ...message, retention_days: 365 }), unit: { S: UNIT } };
}

const names = (found: readonly StoredMeasurement[]) =>
  found.map(({ timestamp, measurement_type }) => `${timestamp - FIRST}${measurement_type}`);
const read = async (measurements: AsyncGenerator<StoredMeasurement>) =>
  names(await Array.fromAsync(measurements));
const rows = (from: number, to: number, types = TYPES) =>
  Array.from({ length: to - from }, (_, index) => types.map((type) => `${from + index}${type}`)).flat();

describe("the history of a device", () => {
  it("reads a device's measurements over all pages, oldest first", async () => {
    expect(await read(history.ofDevice(DEVICE, {}))).toEqual(rows(0, TIMES));
  });

  it("reads newest first when asked", async () => {
    expect(await read(history.ofDevice(DEVICE, { descending: true }))).toEqual(rows(0, TIMES).reverse());
  });

  it("includes the start of a range and excludes its end", async () => {
    const range = { since: FIRST + 10, until: FIRST + 12 };
    expect(await read(history.ofDevice(DEVICE, range))).toEqual(rows(10, 12));
    expect(await read(history.ofDevice(DEVICE, { since: FIRST + 198 }))).toEqual(rows(198, 200));
    expect(await read(history.ofDevice(DEVICE, { until: FIRST + 1 }))).toEqual(rows(0, 1));
  });

  it("reads as many as asked for and no more, also of one type", async () => {
    expect(await read(history.ofDevice(DEVICE, { limit: 4 }))).toEqual(rows(0, 2).slice(0, 4));
    expect(await read(history.ofDevice(DEVICE, { limit: 0 }))).toEqual([]);
    expect(await read(history.ofDevice(DEVICE, { limit: 2 }, "b"))).toEqual(["0b", "1b"]);
    expect(await read(history.ofDevice(DEVICE, { limit: 150, descending: true }, "c"))).toEqual(
      rows(50, 200, ["c"]).reverse(),
    );
    expect(await read(history.ofDevice(DEVICE, {}, "b"))).toEqual(rows(0, TIMES, ["b"]));
  });
});

describe("the history of a type", () => {
  it("reads one type across devices", async () => {
    const found = await Array.fromAsync(history.ofType("a", {}));
    expect(found).toHaveLength(TIMES + 1);
    expect(new Set(found.map(({ device_id }) => device_id))).toEqual(new Set([DEVICE, OTHER]));
    expect(await read(history.ofType("d", {}))).toEqual(["1d"]);
  });

  it("keeps to range, order and limit for one type", async () => {
    expect(await read(history.ofType("b", { since: FIRST + 5, until: FIRST + 7 }))).toEqual(["5b", "6b"]);
    expect(await read(history.ofType("b", { descending: true, limit: 2 }))).toEqual(["199b", "198b"]);
  });
});

describe("the latest measurements of a device", () => {
  const { device } = parseDevice(marshall({ device_id: DEVICE }));
  if (device === undefined) throw new TypeError("the test's device is invalid");
  const published = (watermarks: Record<string, number>, device_id = DEVICE) => ({
    ...device,
    device_id,
    state: { ...device.state, watermarks },
  });
  const latest = () => createLatestMeasurements({ dynamodb, table: started.names.measurementsTable });

  it("reads the latest measurements by the watermarks, sorted by type, without missing one", async () => {
    const atWatermarks = async (...state: Parameters<typeof published>) =>
      await latest().atWatermarks(published(...state));
    expect(names(await atWatermarks({ c: FIRST + 7, a: FIRST, b: FIRST + 199, gone: FIRST }))).toEqual([
      "0a",
      "199b",
      "7c",
    ]);
    expect(await atWatermarks({})).toEqual([]);
    const large = Object.fromEntries(LARGE_TYPES.map((type, index) => [type, FIRST + index]));
    const found = await atWatermarks(large, LARGE);
    expect(found.map(({ measurement_type }) => measurement_type)).toEqual(LARGE_TYPES.toSorted());
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`type${index}`, FIRST]));
    expect(names(await atWatermarks({ ...many, a: FIRST }))).toEqual(["0a"]);
  });

  it("reads those before the watermarks when the newest is not stored yet, however far back", async () => {
    const ofEachType = async (...state: Parameters<typeof published>) =>
      await latest().ofEachType(published(...state));
    const watermarks = { c: FIRST + TIMES, b: FIRST + 7, gone: FIRST + TIMES };
    expect(names(await ofEachType(watermarks))).toEqual(["7b", "199c"]);
    expect(names(await ofEachType({ often: FIRST + 201, rare: FIRST + 202 }, RARE))).toEqual([
      "201often",
      "0rare",
    ]);
    expect(await ofEachType({})).toEqual([]);
  });

  it("searches no further back than allowed", async () => {
    const device = published({ often: FIRST + 201, rare: FIRST + 202 }, RARE);
    expect(names(await latest().ofEachType(device, 5))).toEqual(["201often"]);
  });
});

describe("one read of the table", () => {
  it("reads no more than wanted, but more of a mixture when only one type is wanted", async () => {
    expect(await limitOf({})).toBeUndefined();
    expect(await limitOf({ limit: 4 })).toBe(4);
    expect(await limitOf({ limit: 4 }, "0100010700")).toBe(100);
    expect(await limitOf({ limit: 50 }, "0100010700")).toBe(1_000);
    expect(await limitOf({}, "0100010700")).toBeUndefined();
  });
});

async function limitOf(range: MeasurementRange, type?: string): Promise<unknown> {
  await using aws = await startAws(() => ({ Items: [] }));
  const dynamodb = new DynamoDBClient(aws.config);
  const history = createMeasurementHistory({ dynamodb, table: "EnergyLiveData-test" });
  await Array.fromAsync(history.ofDevice("I-10082023-01658401", range, type));
  dynamodb.destroy();
  return aws.requests[0]?.input.Limit;
}
