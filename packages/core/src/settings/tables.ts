/**
 * Keys and indexes of the two tables, in DynamoDB's own terms. Read by the stacks and by the embedded stack, so that
 * what is tested on one machine is what is deployed.
 */

export type KeyType = "S" | "N";

export interface TableDefinition {
  /** Every attribute that a key or an index uses, with its type. */
  attributes: Readonly<Record<string, KeyType>>;
  partitionKey: string;
  sortKey?: string;
  /** Global secondary indexes; each projects all attributes. */
  indexes: Readonly<Record<string, { partitionKey: string; sortKey: string }>>;
  /** Attribute with the epoch seconds after which DynamoDB may delete an item. */
  ttlAttribute?: string;
}

export const MEASUREMENT_TYPE_INDEX = "MeasurementTypeIndex";

/** The attribute that a sharded type index is partitioned by: the type, a `#` and a number. */
export const TYPE_SHARD_ATTRIBUTE = "type_shard";

/** As designed: each type is one partition of the index. */
export const DEFAULT_TYPE_INDEX_SHARDS = 1;

/** A query of one type asks every shard; more would make it slow. */
export const MAX_TYPE_INDEX_SHARDS = 100;

/** @example typeIndexName(1) // "MeasurementTypeIndex"; typeIndexName(8) is "MeasurementTypeIndex-8" */
export function typeIndexName(shards: number): string {
  return shards === 1 ? MEASUREMENT_TYPE_INDEX : `${MEASUREMENT_TYPE_INDEX}-${shards}`;
}

/**
 * The measurements table with its type index spread over so many shards.
 *
 * A partition of an index takes about 1,000 writes a second, and what it cannot take holds up the table itself. All
 * devices write to the same few types, so the largest stages spread each type over several partitions, or have no such
 * index (docs/scale.md).
 * Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 *
 * @param typeIndexShards 0 for no index, 1 for one partition a type, or more
 */
export function measurementsTable(typeIndexShards: number): TableDefinition {
  const table = { partitionKey: "device_id", sortKey: "measurement_key", ttlAttribute: "ttl" };
  const keys = { device_id: "S", measurement_key: "S" } as const;
  if (typeIndexShards === 0) return { ...table, attributes: keys, indexes: {} };
  const partitionKey = typeIndexShards === 1 ? "measurement_type" : TYPE_SHARD_ATTRIBUTE;
  return {
    ...table,
    attributes: { ...keys, [partitionKey]: "S", timestamp: "N" },
    indexes: { [typeIndexName(typeIndexShards)]: { partitionKey, sortKey: "timestamp" } },
  };
}

export const DEVICES_TABLE = {
  attributes: { device_id: "S" },
  partitionKey: "device_id",
  indexes: {},
} as const satisfies TableDefinition;
