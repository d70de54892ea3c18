import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { Server, ServerResponse } from "node:http";

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
import dynalite from "dynalite";

import { awsConfig, LOOPBACK } from "./loopback.ts";

/** Longer than any request takes, and how often it is looked whether all are answered. */
const MAX_REQUEST_MS = 5_000;
const ENDED_CHECK_MS = 5;

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
  const server = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const requests = followRequests(server);
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  const endpoint = `http://${LOOPBACK}:${portOf(server)}`;
  const client = new DynamoDBClient(awsConfig(endpoint));
  try {
    await createTables(client, names, typeIndexShards);
    const index = await findTypeIndex({ dynamodb: client, table: names.measurementsTable });
    const actual = index?.shards ?? 0;
    if (options.typeIndexShards !== undefined && actual !== typeIndexShards)
      throw otherIndex(typeIndexShards, actual);
    return { endpoint, typeIndexShards: actual, stop: () => close(server, requests) };
  } catch (error) {
    await close(server, requests);
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

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server listens on no port");
  return address.port;
}

/** dynalite reads on for a client that has gone, and throws out of reach when its database is closed meanwhile. */
function followRequests(server: Server): { ended(): Promise<void> } {
  const answers = new Set<ServerResponse>();
  const forgetEnded = () => {
    for (const answer of answers) if (answer.writableEnded) answers.delete(answer);
  };
  server.on("request", (_, answer) => {
    forgetEnded();
    answers.add(answer);
  });
  return {
    async ended() {
      const giveUpAt = Date.now() + MAX_REQUEST_MS;
      for (forgetEnded(); answers.size > 0 && Date.now() < giveUpAt; forgetEnded())
        await new Promise((resolve) => setTimeout(resolve, ENDED_CHECK_MS));
    },
  };
}

async function close(server: Server, requests: { ended(): Promise<void> }): Promise<void> {
  await requests.ended();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Idle keep-alive connections of clients would hold the server open.
  server.closeAllConnections();
  await closed;
}
