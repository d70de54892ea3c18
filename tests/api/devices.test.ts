import { BatchWriteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { DeviceDetail, DevicePage, DeviceSummary } from "@energylive/api/contract";
import { decimalText } from "@energylive/core/decimal";
import { measurementItem } from "@energylive/core/measurement/item";
import { afterAll, beforeAll, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const COUNT = 10_000;
const MARKUP = "<img src=x onerror=alert(1)>";

let collector: Collector;
let dashboard: TestDashboard;

const idOf = (index: number) => `I-01012020-${String(index).padStart(8, "0")}`;

beforeAll(async () => {
  collector = await startCollector();
  const { dynamodb, names } = collector.stack;
  const watermarks = Object.fromEntries(
    Array.from({ length: 11 }, (_, type) => [`01000${type}0700`, Date.now()]),
  );
  const at = new Date().toISOString();
  const state = { last_polled_at: at, last_success_at: at, consecutive_failures: 0, watermarks };
  for (let start = 0; start < COUNT; start += 25) {
    const puts = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: {
        Item: marshall({ device_id: idOf(start + index), name: `Meter ${start + index}`, state }),
      },
    }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [names.devicesTable]: puts } }));
  }
  await collector.put({
    device_id: idOf(7),
    name: MARKUP,
    labels: { street: "Herrengasse" },
    state: { ...state, consecutive_failures: 3, last_error: { code: "http_403", message: MARKUP, at } },
  });
  await collector.put({ device_id: idOf(8), intervall: 5 });
  dashboard = await openDashboard(collector);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

const page = (query = "") => dashboard.json<DevicePage>(`/api/devices?${query}`);

it("lists ten thousand devices by name, a page at a time", async () => {
  const first = await page("limit=3");
  expect(first.total).toBe(COUNT);
  expect(first.counts).toEqual({ ok: COUNT - 2, failing: 1, invalid: 1, new: 0, stale: 0, disabled: 0 });
  expect(first.devices.map(({ name }) => name)).toEqual([MARKUP, undefined, "Meter 0"]);
  const third = await page("limit=3&offset=5000");
  expect(third.devices.map(({ name }) => name)).toEqual(["Meter 5000", "Meter 5001", "Meter 5002"]);
  expect((await page("offset=20000")).devices).toEqual([]);
});

it("finds a device by a part of its name, its id or a label, whatever the case", async () => {
  const names = async (search: string) =>
    (await page(`search=${encodeURIComponent(search)}`)).devices.map(({ device_id }) => device_id);
  expect(await names("meter 9999")).toEqual([idOf(9_999)]);
  expect(await names("-00000123")).toEqual([idOf(123)]);
  expect(await names("HERRENG")).toEqual([idOf(7)]);
  expect(await names("nowhere")).toEqual([]);
});

it("shows the previous value while the newest is still queued", async () => {
  const { dynamodb, names } = collector.stack;
  const device_id = idOf(9);
  const timestamp = Date.now() - 60_000;
  const value = decimalText("138");
  if (value === undefined) throw new TypeError("138 is not a number");
  const Item = measurementItem({
    device_id,
    measurement_type: "0100010700",
    timestamp,
    value,
    collection_time: new Date(timestamp).toISOString(),
    retention_days: 365,
  });
  await dynamodb.send(new PutItemCommand({ TableName: names.measurementsTable, Item }));
  await collector.put({ device_id, state: { watermarks: { "0100010700": timestamp + 5_000 } } });
  const latest = [expect.objectContaining({ measurement_type: "0100010700", timestamp, value: "138" })];
  expect((await dashboard.json<DeviceDetail>(`/api/devices/${device_id}`)).latest).toEqual(latest);
  const summary = await dashboard.json<DeviceSummary>(`/api/devices/${device_id}/summary?zone=Europe/Vienna`);
  expect(summary.latest).toEqual(latest);
});

it("lists the devices of one health", async () => {
  expect((await page("health=failing")).devices.map(({ device_id }) => device_id)).toEqual([idOf(7)]);
  const invalid = await page("health=invalid");
  expect(invalid.devices).toMatchObject([
    {
      device_id: idOf(8),
      problems: [expect.objectContaining({ field: "intervall", code: "unknown_field" })],
    },
  ]);
});

it("passes on names and errors as they are, as JSON only", async () => {
  const response = await dashboard.get(`/api/devices/${idOf(7)}`);
  expect(response.headers.get("content-type")).toBe("application/json");
  const detail = await dashboard.json<DeviceDetail>(`/api/devices/${idOf(7)}`);
  expect(detail.report).toMatchObject({ name: MARKUP, health: "failing", last_error: { message: MARKUP } });
  expect(detail.labels).toEqual({ street: "Herrengasse" });
});

it("shows an invalid device with what is wrong with it", async () => {
  const { report, latest } = await dashboard.json<DeviceDetail>(`/api/devices/${idOf(8)}`);
  expect(report).toMatchObject({
    health: "invalid",
    problems: [expect.objectContaining({ field: "intervall" })],
  });
  expect(latest).toEqual([]);
  expect((await dashboard.get(`/api/devices/${idOf(8)}/summary?zone=UTC`)).status).toBe(409);
});
