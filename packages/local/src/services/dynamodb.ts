import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { Worker } from "node:worker_threads";

import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { findTypeIndex } from "@energylive/core/measurement/type-index";
import { ConfigurationError } from "@energylive/core/settings/configuration-error";
import type { ResourceNames } from "@energylive/core/settings/names";
import {
  DEFAULT_TYPE_INDEX_SHARDS,
  DEVICES_TABLE,
  measurementsTable,
  type TableDefinition,
} from "@energylive/core/settings/tables";

import { awsConfig, LOOPBACK } from "./loopback.ts";

export interface EmbeddedDynamoDB {
  endpoint: string;
  /** Of the measurements table as it is. */
  typeIndexShards: number;
  stop(): Promise<void>;
}

/**
 * DynamoDB over HTTP on loopback, on disk in `folder`, with the tables of the stage. The folder must be this
 * process's alone: LevelDB, below dynalite, ends a process that opens one in use.
 *
 * @param options.typeIndexShards of the measurements table; without it, those of the table that is there
 * @throws {ConfigurationError} when the table that is there was made with others
 */
export async function startDynamoDB(options: {
  folder: string;
  names: ResourceNames;
  typeIndexShards?: number | undefined;
}): Promise<EmbeddedDynamoDB> {
  const { folder, names, typeIndexShards = DEFAULT_TYPE_INDEX_SHARDS } = options;
  await mkdir(folder, { recursive: true });
  const thread = new Worker(new URL("./dynalite-thread.ts", import.meta.url), { workerData: folder });
  const [port] = await once(thread, "message");
  const endpoint = `http://${LOOPBACK}:${port}`;
  const client = new DynamoDBClient(awsConfig(endpoint));
  try {
    await createTables(client, names, typeIndexShards);
    const index = await findTypeIndex({ dynamodb: client, table: names.measurementsTable });
    const actual = index?.shards ?? 0;
    if (options.typeIndexShards !== undefined && actual !== typeIndexShards)
      throw otherIndex(typeIndexShards, actual);
    return { endpoint, typeIndexShards: actual, stop: () => stop(thread) };
  } catch (error) {
    await stop(thread);
    throw error;
  } finally {
    client.destroy();
  }
}

function otherIndex(wanted: number, actual: number): ConfigurationError {
  return new ConfigurationError([
    `TYPE_INDEX_SHARDS is ${wanted}, but the measurements table was made with ${actual}: set it to ${actual}, or begin with an empty folder (--fresh)`,
  ]);
}

/** Creates the tables of a stage that are not there, and waits until they can be used. */
export async function createTables(
  client: DynamoDBClient,
  names: ResourceNames,
  typeIndexShards: number,
): Promise<void> {
  await createTable(client, names.measurementsTable, measurementsTable(typeIndexShards));
  await createTable(client, names.devicesTable, DEVICES_TABLE);
}

async function createTable(client: DynamoDBClient, name: string, definition: TableDefinition): Promise<void> {
  if (await exists(client, name)) return;
  const { attributes, partitionKey, sortKey, indexes } = definition;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: Object.entries(attributes).map(([AttributeName, AttributeType]) => ({
        AttributeName,
        AttributeType,
      })),
      KeySchema: keySchema(partitionKey, sortKey),
      ...(Object.keys(indexes).length === 0
        ? {}
        : {
            GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
              IndexName,
              KeySchema: keySchema(index.partitionKey, index.sortKey),
              Projection: { ProjectionType: "ALL" as const },
            })),
          }),
    }),
  );
  while (!(await isActive(client, name)));
}

function keySchema(partitionKey: string, sortKey: string | undefined) {
  const partition = { AttributeName: partitionKey, KeyType: "HASH" as const };
  return sortKey === undefined
    ? [partition]
    : [partition, { AttributeName: sortKey, KeyType: "RANGE" as const }];
}

async function exists(client: DynamoDBClient, name: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: name }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

async function isActive(client: DynamoDBClient, name: string): Promise<boolean> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const indexes = Table?.GlobalSecondaryIndexes ?? [];
  return Table?.TableStatus === "ACTIVE" && indexes.every((index) => index.IndexStatus === "ACTIVE");
}

/** Ends the thread once all that it was asked is answered. */
async function stop(thread: Worker): Promise<void> {
  const ended = once(thread, "exit");
  thread.postMessage("stop");
  await ended;
}
