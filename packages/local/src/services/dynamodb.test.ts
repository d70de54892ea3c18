import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
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

it("says where data that cannot be opened is, and what to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  await writeFile(join(folder, "CURRENT"), "not LevelDB's");
  const failure: unknown = await startDynamoDB({ folder, names: NAMES }).catch((error) => error);
  expect(failure).toMatchObject({ name: "DataFolderError", cause: expect.any(Error) });
  expect(String(failure)).toContain(`the data in ${folder} cannot be opened`);
  expect(String(failure)).toContain("--fresh");
  await rm(folder, { recursive: true });
});
