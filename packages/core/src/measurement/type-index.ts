import { DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { MEASUREMENT_TYPE_INDEX, typeIndexName } from "../settings/tables.ts";

/** The index of a measurements table over the types of all devices. */
export interface TypeIndex {
  name: string;
  /** The partitions that each type's measurements are spread over; 1 is not at all. */
  shards: number;
}

/**
 * The partition of a sharded type index that a measurement lies in. By its device, so that the same measurement is always
 * in the same one.
 *
 * @example typeShard("0100010700", "I-10082023-01658401", 8) // "0100010700#5"
 */
export function typeShard(measurementType: string, deviceId: string, shards: number): string {
  return `${measurementType}#${fnv1a(deviceId) % shards}`;
}

/** Every partition of one type. */
export function typeShards(measurementType: string, shards: number): string[] {
  return Array.from({ length: shards }, (_, shard) => `${measurementType}#${shard}`);
}

/** The index's name tells its shards, so that a reader needs to know nothing of the stage's settings. */
const INDEX_NAME = new RegExp(`^${MEASUREMENT_TYPE_INDEX}(?:-(\\d+))?$`);

/** Of an index that there is, the most readable first. */
const STATUSES = ["ACTIVE", "UPDATING", "CREATING"] as const;

/**
 * The type index that a measurements table has. Of two, while the setting is being changed, the one that can be read:
 * DynamoDB fills the new one before it can be, and deletes the old one.
 *
 * @returns `undefined` when it was configured away
 */
export async function findTypeIndex(options: {
  dynamodb: DynamoDBClient;
  table: string;
}): Promise<TypeIndex | undefined> {
  const { Table } = await options.dynamodb.send(new DescribeTableCommand({ TableName: options.table }));
  const indexes = Object.groupBy(
    Table?.GlobalSecondaryIndexes ?? [],
    ({ IndexStatus }) => IndexStatus ?? "ACTIVE",
  );
  for (const { IndexName = "" } of STATUSES.flatMap((status) => indexes[status] ?? [])) {
    const match = INDEX_NAME.exec(IndexName);
    if (match !== null) return { name: IndexName, shards: Number(match[1] ?? 1) };
  }
  return undefined;
}

/** The table has no index over the types of all devices. */
export class NoTypeIndexError extends Error {
  override readonly name = "NoTypeIndexError";

  constructor(table: string) {
    super(
      `${table} has no index of measurement types (ENERGYLIVE_TYPE_INDEX_SHARDS is 0): name a device, or configure ${typeIndexName(1)} again`,
    );
  }
}

/** A hash that every version of this project must compute alike, or measurements would move. 32 bits, FNV-1a. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
