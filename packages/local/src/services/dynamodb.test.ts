import { mkdtemp, rm } from "node:fs/promises";
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

it("the embedded DynamoDB ends while clients read that have gone, and nothing is thrown", async () => {
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
  // Answered while they are read; then their connections end before their answers.
  await client.send(new DescribeTableCommand({ TableName: NAMES.devicesTable }));
  client.destroy();
  await service.stop();
  // What dynalite throws out of reach, Vitest counts as a failure.
  await gone;
  await expect(fetch(service.endpoint)).rejects.toThrow();
  await rm(folder, { recursive: true });
});
