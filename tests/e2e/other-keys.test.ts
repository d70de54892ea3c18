import {
  CreateTableCommand,
  DeleteTableCommand,
  type ScalarAttributeType,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { systemClock } from "@energylive/core/clock";
import { createMeasurementWriter } from "@energylive/core/consumer/writer";
import { createLog } from "@energylive/core/log";
import { measurementItem } from "@energylive/core/measurement/item";
import { parseMessage } from "@energylive/core/queue/message";
import { createBatchDynamoDB } from "@energylive/functions/clients";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Services, services, startServices } from "../support/services.ts";

let started: Services;
beforeAll(async () => {
  started = await startServices();
});
afterAll(() => started[Symbol.asyncDispose]());

const { message } = parseMessage(
  '{"v":1,"device_id":"I-10082023-01658401","measurement_type":"0100010700","timestamp":1726559995000,"value":138,"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}',
);
if (message === undefined) throw new TypeError("the example is not a message");
const ITEM = measurementItem(message);

/** Types by attribute, the partition key first. */
type Keys = Readonly<Record<string, ScalarAttributeType>>;

/** A table whose keys are not ours. */
async function createTable(name: string, keys: Keys, index: Keys) {
  const dynamodb = createBatchDynamoDB(services.awsConfig(started.dynamodb));
  const TableName = `${started.names.measurementsTable}-${name}`;
  const schema = (of: Keys) =>
    Object.keys(of).map((AttributeName, position) => ({
      AttributeName,
      KeyType: position === 0 ? ("HASH" as const) : ("RANGE" as const),
    }));
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: Object.entries({ ...keys, ...index }).map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: schema(keys),
      GlobalSecondaryIndexes: [
        { IndexName: "Index", KeySchema: schema(index), Projection: { ProjectionType: "ALL" } },
      ],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 60, minDelay: 1 }, { TableName });
  return {
    dynamodb,
    table: TableName,
    async [Symbol.asyncDispose]() {
      await dynamodb.send(new DeleteTableCommand({ TableName }));
      dynamodb.destroy();
    },
  };
}

const OURS: Keys = { device_id: "S", measurement_key: "S" };
const OUR_INDEX: Keys = { measurement_type: "S", timestamp: "N" };

describe("a table with other keys than ours", () => {
  it.each<[string, Keys, Keys]>([
    ["another-partition-key", { id: "S" }, OUR_INDEX],
    ["another-sort-key", { device_id: "S", timestamp_ms: "S" }, OUR_INDEX],
    ["a-numeric-sort-key", { device_id: "S", measurement_key: "N" }, OUR_INDEX],
    ["a-numeric-partition-key", { device_id: "N", measurement_key: "S" }, OUR_INDEX],
    ["a-numeric-index-key", OURS, { measurement_type: "N" }],
  ])(
    "waits until the table is fixed, and quarantines nothing: %s (invariant 6)",
    async (name, keys, index) => {
      await using table = await createTable(name, keys, index);
      const log = createLog({ level: "silent" });
      const writer = createMeasurementWriter({ ...table, clock: systemClock, random: Math.random, log });
      const { outcomes } = await writer.write([ITEM], Date.now() + 10_000);
      expect(outcomes).toMatchObject([{ outcome: "failed", cause: { name: "ValidationException" } }]);
    },
  );
});
