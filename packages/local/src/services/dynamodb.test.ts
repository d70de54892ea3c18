import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { resourceNames } from "@energylive/core/settings/names";
import { expect, it } from "vitest";

import { startDynamoDB } from "./dynamodb.ts";
import { awsConfig } from "./loopback.ts";

const ITEMS = 2_000;
const BATCH_ITEMS = 25;
const NAMES = resourceNames("local");

it("ends the embedded DynamoDB without an error while clients that have gone were reading", async () => {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  const service = await startDynamoDB({ folder, names: NAMES });
  const client = new DynamoDBClient(awsConfig(service.endpoint));
  for (let start = 0; start < ITEMS; start += BATCH_ITEMS) {
    const requests = Array.from({ length: BATCH_ITEMS }, (_, index) => ({
      PutRequest: { Item: { device_id: { S: `device ${start + index}` } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [NAMES.devicesTable]: requests } }));
  }
  const reads = Array.from({ length: 20 }, () =>
    client.send(new ScanCommand({ TableName: NAMES.devicesTable })),
  );
  const gone = Promise.allSettled(reads);
  // Answered while they read; then their connections end before the answers arrive.
  await client.send(new DescribeTableCommand({ TableName: NAMES.devicesTable }));
  client.destroy();
  await service.stop();
  // Vitest counts what dynalite throws as a failure.
  await gone;
  await expect(fetch(service.endpoint)).rejects.toThrow();
  await rm(folder, { recursive: true });
});

it("returns all items of a query in order, over its pages, forwards and backwards", async () => {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  const service = await startDynamoDB({ folder, names: NAMES });
  const client = new DynamoDBClient(awsConfig(service.endpoint));
  const keys = Array.from({ length: ITEMS }, (_, index) => `${1_726_559_995_000 + index}#0100010700`);
  // A kilobyte each: three pages.
  const note = { S: "n".repeat(1_000) };
  for (let start = 0; start < ITEMS; start += BATCH_ITEMS) {
    const requests = keys.slice(start, start + BATCH_ITEMS).map((key) => ({
      PutRequest: { Item: { device_id: { S: "I" }, measurement_key: { S: key }, note } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [NAMES.measurementsTable]: requests } }));
  }
  const query = (
    ScanIndexForward: boolean,
    from?: QueryCommand["input"]["ExclusiveStartKey"],
    Limit?: number,
  ) =>
    client.send(
      new QueryCommand({
        TableName: NAMES.measurementsTable,
        KeyConditionExpression: "device_id = :device",
        ExpressionAttributeValues: { ":device": { S: "I" } },
        ScanIndexForward,
        ExclusiveStartKey: from,
        Limit,
      }),
    );
  for (const forward of [true, false]) {
    const found: (string | undefined)[] = [];
    let pages = 0;
    let last: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const page = await query(forward, last);
      pages += 1;
      found.push(...(page.Items ?? []).map((item) => item.measurement_key?.S));
      last = page.LastEvaluatedKey;
    } while (last !== undefined);
    expect(found).toEqual(forward ? keys : keys.toReversed());
    expect(pages).toBe(3);
  }
  const three = await query(false, undefined, 3);
  expect(three.Items?.map((item) => item.measurement_key?.S)).toEqual(keys.slice(-3).reverse());
  client.destroy();
  await service.stop();
  await rm(folder, { recursive: true });
});

it("says where data that cannot be opened is, and what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  await writeFile(join(folder, "CURRENT"), "not LevelDB's");
  const failure: unknown = await startDynamoDB({ folder, names: NAMES }).catch((error) => error);
  expect(failure).toMatchObject({ name: "DataFolderError", cause: expect.any(Error) });
  expect(String(failure)).toContain(`the data in ${folder} cannot be opened`);
  expect(String(failure)).toContain("--fresh");
  await rm(folder, { recursive: true });
});
