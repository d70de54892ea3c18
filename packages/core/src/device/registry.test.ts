import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { type Services, services, startServices } from "../../../../tests/support/services.ts";
import { createDeviceRegistry, type RegisteredDevice } from "./registry.ts";
import { DeviceState } from "./state.ts";
import { createDeviceStore, type DeviceStore } from "./store.ts";

const idOf = (index: number) => `I-10082023-${String(index).padStart(8, "0")}`;
const ID = idOf(0);
const NONE = DeviceState.read(undefined);

let started: Services;
let dynamodb: DynamoDBClient;
let table: string;
let store: DeviceStore;
beforeAll(async () => {
  started = await startServices();
  dynamodb = new DynamoDBClient(services.awsConfig(started.dynamodb));
  table = started.names.devicesTable;
  store = createDeviceStore({ dynamodb, table });
});
afterAll(async () => {
  dynamodb.destroy();
  await started[Symbol.asyncDispose]();
});
beforeEach(async () => {
  for (const { config } of await all()) {
    const Key = { device_id: { S: String(config.device_id) } };
    await dynamodb.send(new DeleteItemCommand({ TableName: table, Key }));
  }
});

const registry = () => createDeviceRegistry({ dynamodb, table });
const all = (): Promise<RegisteredDevice[]> => Array.fromAsync(registry().all());
const put = (item: Record<string, unknown>) =>
  dynamodb.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));

async function item(device_id = ID): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: table, Key: { device_id: { S: device_id } } }),
  );
  return Item === undefined ? undefined : unmarshall(Item);
}

describe("the registry", () => {
  it("adds a device once and leaves an existing one as it is", async () => {
    expect(await registry().add({ device_id: ID, name: "first", labels: undefined })).toBe(true);
    expect(await registry().add({ device_id: ID, name: "second" })).toBe(false);
    expect(await item()).toEqual({ device_id: ID, name: "first" });
  });

  it("finds a device with the fields a person wrote, valid or not, without the fetcher's state", async () => {
    await put({ device_id: ID, name: "Keller", state: { consecutive_failures: 2 } });
    expect(await registry().find(ID)).toMatchObject({
      device: { name: "Keller", state: { consecutive_failures: 2 } },
      config: { device_id: ID, name: "Keller" },
    });
    expect((await registry().find(ID))?.config).not.toHaveProperty("state");
    await put({ device_id: ID, enabeld: false });
    expect(await registry().find(ID)).toMatchObject({
      invalid: { problems: [expect.objectContaining({ field: "enabeld", code: "unknown_field" })] },
      config: { device_id: ID, enabeld: false },
    });
    expect(await registry().find(idOf(9))).toBeUndefined();
  });

  it("shows a device with a number that a double cannot hold", async () => {
    const Item = { device_id: { S: ID }, retention_days: { N: "12345678901234567890.5" } };
    await dynamodb.send(new PutItemCommand({ TableName: table, Item }));
    expect(await registry().find(ID)).toMatchObject({
      invalid: { device_id: ID, problems: [expect.objectContaining({ field: "retention_days" })] },
      config: { device_id: ID, retention_days: Number("12345678901234567890.5") },
    });
  });

  it("edits the given fields, reserved words included, and no others", async () => {
    await put({ device_id: ID, name: "before", enabled: false, labels: { a: "b" }, state: { x: 1 } });
    const change = { set: { name: "after", retention_days: 30 }, remove: ["labels", "enabled"] };
    expect(await registry().edit(ID, change)).toBe(true);
    expect(await item()).toEqual({ device_id: ID, name: "after", retention_days: 30, state: { x: 1 } });
    expect(await registry().edit(ID, { set: {}, remove: ["retention_days"] })).toBe(true);
    expect(await registry().edit(ID, { set: { enabled: true }, remove: [] })).toBe(true);
    expect(await item()).toEqual({ device_id: ID, name: "after", enabled: true, state: { x: 1 } });
  });

  it("creates no device by an edit, and says whether a removed one existed", async () => {
    expect(await registry().edit(ID, { set: { name: "x" }, remove: [] })).toBe(false);
    expect(await item()).toBeUndefined();
    await put({ device_id: ID });
    expect([await registry().remove(ID), await registry().remove(ID)]).toEqual([true, false]);
  });

  it("passes on DynamoDB's errors", async () => {
    const elsewhere = createDeviceRegistry({ dynamodb, table: `${table}-none` });
    await expect(elsewhere.add({ device_id: ID })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("the store of the fetcher", () => {
  it("writes the state of an existing device, and nothing else", async () => {
    await put({ device_id: ID, name: "Keller" });
    const state = { ...NONE, last_polled_at: "2026-11-24T12:00:00.000Z" };
    expect(await store.saveState(ID, state, undefined)).toBe(true);
    expect(await item()).toEqual({
      device_id: ID,
      name: "Keller",
      state: {
        consecutive_failures: 0,
        quarantined: [],
        last_polled_at: "2026-11-24T12:00:00.000Z",
        seen: {},
      },
    });
    expect(await store.saveState(idOf(1), NONE, undefined)).toBe(false);
    expect(await item(idOf(1))).toBeUndefined();
  });

  it("keeps the state of a run that polled the device in between", async () => {
    await put({ device_id: ID, state: { last_polled_at: 7 } });
    const at = (minute: number) => ({ ...NONE, last_polled_at: `2026-11-24T12:0${minute}:00.000Z` });
    expect(await store.saveState(ID, at(1), undefined)).toBe(true);
    expect(await store.saveState(ID, at(3), at(1).last_polled_at)).toBe(true);
    expect(await store.saveState(ID, at(2), at(1).last_polled_at)).toBe(false);
    expect(await store.saveState(ID, at(2), undefined)).toBe(false);
    expect(await item()).toMatchObject({ state: { last_polled_at: at(3).last_polled_at } });
  });

  it("finds named devices in that order, and says which do not exist", async () => {
    await put({ device_id: idOf(1) });
    await put({ device_id: idOf(2), enabeld: true });
    const found = await Array.fromAsync(store.named([idOf(2), idOf(3), idOf(1)]));
    expect(found).toMatchObject([
      { invalid: { device_id: idOf(2) } },
      { unknown: idOf(3) },
      { device: { device_id: idOf(1) } },
    ]);
  });
});

describe("a table of more than one page", () => {
  const COUNT = 120;
  /** DynamoDB's pages have 1 MB. */
  const large = "x".repeat(20_000);

  it("reads a table of several pages to its end: by the registry, by the shards, and by name", async () => {
    await Promise.all(
      Array.from({ length: COUNT }, (_, index) => put({ device_id: idOf(index), labels: { large } })),
    );
    const ids = (found: readonly { device?: { device_id: string } | undefined }[]) =>
      new Set(found.map(({ device }) => device?.device_id));
    expect(ids(await all()).size).toBe(COUNT);
    expect(ids(await Array.fromAsync(store.scan({ index: 0, total: 1 }))).size).toBe(COUNT);
    const shards = await Promise.all(
      [0, 1, 2].map(async (index) => ids(await Array.fromAsync(store.scan({ index, total: 3 })))),
    );
    expect(shards.reduce((sum, shard) => sum + shard.size, 0)).toBe(COUNT);
    expect(new Set(shards.flatMap((shard) => [...shard])).size).toBe(COUNT);
    const names = Array.from({ length: COUNT }, (_, index) => idOf(index));
    const named = await Array.fromAsync(store.named(names));
    expect(named.map((found) => ("device" in found ? found.device?.device_id : undefined))).toEqual(names);
  });
});
