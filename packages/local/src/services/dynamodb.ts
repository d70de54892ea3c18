import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { Worker } from "node:worker_threads";

import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import type { ResourceNames } from "@energylive/core/settings/names";
import { stageTables, type TableDefinition } from "@energylive/core/settings/tables";

import { unreadable } from "./data-folder.ts";
import { awsConfig, LOOPBACK } from "./loopback.ts";

/** The id that Node gives a thread that has ended. */
const ENDED = -1;

export interface EmbeddedDynamoDB {
  endpoint: string;
  /** Rejects if it fails after its start; absent if it is not embedded. */
  failed?: Promise<never>;
  stop(): Promise<void>;
}

/**
 * DynamoDB over HTTP on loopback, on disk in `folder`, with the tables of the stage. No other process may use the folder:
 * LevelDB, below dynalite, ends a process that opens a folder in use.
 *
 * @throws {DataFolderError} if the data in the folder cannot be opened
 */
export async function startDynamoDB(options: {
  folder: string;
  names: ResourceNames;
}): Promise<EmbeddedDynamoDB> {
  const { folder } = options;
  await mkdir(folder, { recursive: true });
  const thread = new Worker(new URL("./dynalite-thread.ts", import.meta.url), { workerData: folder });
  const failed = Promise.withResolvers<never>();
  thread.once("error", failed.reject);
  failed.promise.catch(() => {});
  try {
    return { ...(await Promise.race([open(thread, options), failed.promise])), failed: failed.promise };
  } catch (error) {
    await stop(thread);
    // LevelDB does not say which of its files it could not read.
    throw unreadable(`the data in ${folder}`, error);
  }
}

async function open(thread: Worker, { names }: { names: ResourceNames }): Promise<EmbeddedDynamoDB> {
  const [port] = await once(thread, "message");
  const endpoint = `http://${LOOPBACK}:${port}`;
  const client = new DynamoDBClient(awsConfig(endpoint));
  try {
    await createTables(client, names);
    return { endpoint, stop: () => stop(thread) };
  } finally {
    client.destroy();
  }
}

/** Creates the missing tables of a stage and waits until they can be used. */
export async function createTables(client: DynamoDBClient, names: ResourceNames): Promise<void> {
  for (const { name, definition } of stageTables(names)) await createTable(client, name, definition);
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

/** Ends the thread once all its requests are answered; a thread that failed has already ended. */
async function stop(thread: Worker): Promise<void> {
  if (thread.threadId === ENDED) return;
  const ended = once(thread, "exit");
  thread.postMessage("stop");
  await ended;
}
