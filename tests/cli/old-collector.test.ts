import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  paginateQuery,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { instantOf } from "@energylive/core/energy/calendar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type CliStack, startCliStack } from "./cli.ts";

/** An item as the Python collector stores it. */
interface OldItem {
  device_id: string;
  timestamp: number;
  iso_timestamp: string;
  measurement_type: string;
  value: number;
  collection_time: string;
  ttl: number;
}

const TABLE = "EnergyLiveDataOfThePythonCollector";
const DEVICE = "I-10082023-01658401";
/** Its items are not shifted. */
const OTHER = "I-10082023-01658402";

const FIRST_POLL = Date.parse("2024-09-17T08:00:00Z");
const POLL_MS = 300_000;

/** Those of one meter reading, and two of an older time in between; in the API's order. */
const TYPES = [
  "0100010700",
  "0100010800",
  "0100020700",
  "0100020800",
  "batteryVoltage",
  "roomTemperature",
  "0100030800",
  "0100040800",
  "loraRssi",
  "loraSnr",
  "messageCount",
];
const isOfDevice = (type: string) => type === "batteryVoltage" || type === "roomTemperature";

/** What the collector was told, and what its later version made of it: 100 ms more for each element. */
function poll(number: number): { true_time: number; item: OldItem }[] {
  const at = FIRST_POLL + number * POLL_MS;
  return TYPES.map((measurement_type, place) => {
    const true_time = isOfDevice(measurement_type) ? at - 65_000 : at - 5_000;
    const timestamp = true_time + place * 100;
    return {
      true_time,
      item: {
        device_id: DEVICE,
        timestamp,
        iso_timestamp: new Date(timestamp).toISOString().slice(0, 19),
        measurement_type,
        value: 1_000_000 + number * 12.5 + place,
        // Of Lambda: UTC, without saying so, and a little later for each element.
        collection_time: `${new Date(at + place * 7).toISOString().slice(0, -1)}456`,
        ttl: Math.floor(at / 1000) + 31_536_000,
      },
    };
  });
}

const POLLS = Array.from({ length: 909 }, (_, number) => poll(number));
const unshifted = (number: number): OldItem => ({
  ...(POLLS[number]?.[0]?.item as OldItem),
  device_id: OTHER,
  value: 0.25,
});
/** 10,000 of them. */
const OLD_ITEMS = [...POLLS.flat().map(({ item }) => item), unshifted(0)];

let stack: CliStack;
beforeAll(async () => {
  stack = await startCliStack();
  const { dynamodb } = stack.collector.stack;
  await stack.collector.put({ device_id: DEVICE, name: "Home", retention_days: 36_500 });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: TABLE,
      KeySchema: [
        { AttributeName: "device_id", KeyType: "HASH" },
        { AttributeName: "timestamp", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "device_id", AttributeType: "S" },
        { AttributeName: "timestamp", AttributeType: "N" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 30, minDelay: 1, maxDelay: 1 },
    { TableName: TABLE },
  );
  const broken = { ...unshifted(5), value: "n/a" };
  const items = [...OLD_ITEMS, broken];
  for (let start = 0; start < items.length; start += 25)
    await dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TABLE]: items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item: marshall(Item) } })),
        },
      }),
    );
}, 60_000);
afterAll(() => stack[Symbol.asyncDispose]());

async function stored(deviceId: string): Promise<Record<string, AttributeValue>[]> {
  const { dynamodb, names } = stack.collector.stack;
  const items: Record<string, AttributeValue>[] = [];
  const query = {
    TableName: names.measurementsTable,
    KeyConditionExpression: "device_id = :device",
    ExpressionAttributeValues: { ":device": { S: deviceId } },
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) items.push(...Items);
  return items;
}

/** As a person with credentials for the account of that table. */
const importTable = (name: string, ...options: string[]) =>
  stack.runWith(
    {
      env: {
        AWS_ENDPOINT_URL_DYNAMODB: stack.collector.stack.endpoints.dynamodb,
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
    },
    "import",
    "table",
    name,
    ...options,
  );

const file = (name: string) => join(stack.data, name);

describe("the import of a table of the Python collector", () => {
  it("says what would come, and sends nothing, when it is only tried", async () => {
    const { code, stdout } = await importTable(TABLE, "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^10,001 items: 10,000 measurements of 2 devices/);
    expect(stdout).toContain("Times without a zone were read as UTC.");
    expect(stdout).toContain("9,090 times had been moved apart by 100 ms per element, in 909 collections");
    expect(stdout).toContain(`${OTHER} at ${unshifted(5).timestamp} in ${TABLE}: value is not a number`);
    expect(stdout).toMatch(/Nothing was sent\.\n$/);
    expect(await stored(DEVICE)).toEqual([]);
  });

  it("restores the true times, keeps every value, and quarantines what is no measurement", async () => {
    const { code, stderr } = await importTable(TABLE);
    expect(code, stderr).toBe(0);
    await stack.collector.drained();
    const expected = POLLS.flat().map(({ true_time, item }) => [
      `${true_time}#${item.measurement_type}`,
      String(true_time),
      String(item.value),
      new Date(instantOf("UTC", item.collection_time) ?? 0).toISOString(),
    ]);
    const restored = (await stored(DEVICE)).map(({ measurement_key, timestamp, value, collection_time }) => [
      measurement_key?.S,
      timestamp?.N,
      value?.N,
      collection_time?.S,
    ]);
    expect(restored.sort()).toEqual(expected.sort());
    expect((await stored(OTHER)).map(({ timestamp }) => timestamp?.N)).toEqual([
      String(unshifted(0).timestamp),
    ]);
    const [letter, ...others] = await stack.collector.dlq();
    expect(others).toEqual([]);
    expect(letter?.MessageAttributes?.failure_reason?.StringValue).toBe("invalid_element");
    expect(letter?.MessageAttributes?.failed_in?.StringValue).toBe("import");
    expect(letter?.MessageAttributes?.failure_detail?.StringValue).toContain(`in ${TABLE}: value is not`);
    expect(letter?.Body).toContain("n/a");
  }, 120_000);

  it("changes nothing the second time", async () => {
    const before = await stored(DEVICE);
    expect((await importTable(TABLE)).code).toBe(0);
    await stack.collector.drained();
    expect(await stored(DEVICE)).toEqual(before);
    await stack.collector.dlq();
  }, 120_000);

  it("goes on where it was stopped", async () => {
    const { true_time } = POLLS[900]?.[0] ?? { true_time: 0 };
    const { stdout } = await importTable(TABLE, "--json", "--resume", `${DEVICE}@${true_time - 60_000}`);
    expect(JSON.parse(stdout)).toMatchObject({ measurements: 10_000, sent: 9 * TYPES.length + 1 });
    await stack.collector.drained();
    await stack.collector.dlq();
    const { code, stderr } = await importTable(TABLE, "--resume", "half-way");
    expect(code).toBe(2);
    expect(stderr).toMatch(/--resume "half-way" is not a position: it looks like I-/);
  });

  it("says that there is no such table", async () => {
    const { code, stderr } = await importTable("Missing");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^there is no table Missing\n.*--region/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("the import of a file of the Python collector's table", () => {
  const items = OLD_ITEMS.slice(0, 22);
  const ndjson = items.map((item) => JSON.stringify({ Item: marshall(item) })).join("\n");
  const columns = Object.keys(items[0] ?? {}) as (keyof OldItem)[];
  const csv = [columns, ...items.map((item) => columns.map((column) => item[column]))]
    .map((cells) => cells.map((cell) => `"${cell}"`).join(","))
    .join("\r\n");

  const plan = async (name: string, content: string | Buffer, ...options: string[]) => {
    await writeFile(file(name), content);
    return stack.json("import", "file", file(name), "--dry-run", ...options);
  };

  it("reads an export to S3, a scan, the console's CSV and plain JSON alike, in any order, compressed or not", async () => {
    const expected = {
      entries: 22,
      measurements: 22,
      devices: [DEVICE],
      restored: { collections: 2, times: 20 },
      refused: [],
    };
    const contents: Record<string, string | Buffer> = {
      "export.json": ndjson,
      "export.json.gz": gzipSync(ndjson),
      "shuffled.json": ndjson.split("\n").reverse().join("\n"),
      "scan.json": JSON.stringify({ Items: items.map((item) => marshall(item)), Count: 22 }, null, 2),
      "one-line-scan.json": JSON.stringify({ Items: items.map((item) => marshall(item)), Count: 22 }),
      "plain.json": JSON.stringify(items, null, 2),
      "results.csv": `\uFEFF${csv}`,
      "results.csv.gz": gzipSync(csv),
      "semicolons.csv": csv.replaceAll('","', '";"'),
    };
    for (const [name, content] of Object.entries(contents))
      expect(await plan(name, content), name).toMatchObject(expected);
  });

  it("reads local times in the zone that it is told", async () => {
    await plan("here.json", ndjson);
    const { code } = await stack.run("import", "file", file("here.json"), "--zone", "Europe/Vienna");
    expect(code).toBe(0);
    await stack.collector.drained();
    const [first] = await stored(DEVICE);
    expect(first?.collection_time?.S).toBe("2024-09-17T06:00:00.028Z");
  });

  it("names each item that is no measurement by its line, and takes a second value for one time as a conflict", async () => {
    const [power, ...others] = items;
    const lines = [
      JSON.stringify(power),
      JSON.stringify({ ...power, value: 7 }),
      JSON.stringify({ ...power, device_id: "home" }),
      JSON.stringify({ ...power, timestamp: 1_726_559_995 }),
      JSON.stringify({ ...power, collection_time: "yesterday" }),
      "{ broken",
      "[1, 2]",
      JSON.stringify(others[0]),
    ];
    const { refused, measurements } = await plan("bad.json", lines.join("\n"));
    expect(measurements).toBe(2);
    expect(
      refused.map(({ place, problem }: Record<string, string>) => `${place}: ${problem}`).sort(),
    ).toEqual([
      expect.stringMatching(/^line 2 of .*: value is 7, and 1000000 in another item/),
      expect.stringMatching(/^line 3 of .*: device_id is not a device id/),
      expect.stringMatching(/^line 4 of .*: timestamp is not a time in milliseconds/),
      expect.stringMatching(/^line 5 of .*: collection_time "yesterday" is not a time/),
      expect.stringMatching(/^line 6 of .*: is not JSON/),
      expect.stringMatching(/^line 7 of .*: is not/),
    ]);
  });

  it.each([
    ["no.csv", "a,b\n1,2\n", [], 1, /no\.csv has no column device_id/],
    ["empty.json", "\n", [], 1, /empty\.json is empty/],
    ["object.json", '{\n"Count": 2\n}', [], 1, /object\.json has no list of items/],
    ["cut.json.gz", gzipSync(ndjson).subarray(0, 300), [], 1, /cut\.json\.gz cannot be read/],
    ["zone.json", ndjson, ["--zone", "Wien"], 2, /--zone "Wien" is not a time zone/],
  ])("says what is wrong with %s", async (name, content, options, expected, message) => {
    await writeFile(file(name), content);
    const { code, stderr } = await stack.run("import", "file", file(name), ...options);
    expect(code, stderr).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("says that a file is missing", async () => {
    const { code, stderr } = await stack.run("import", "file", file("missing.json"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/missing\.json cannot be read: ENOENT/);
  });
});
