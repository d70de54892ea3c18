import { TYPE_SHARD_ATTRIBUTE } from "../settings/tables.ts";
import { type StoredMeasurement, storedMeasurement } from "./item.ts";
import { LAST_TIMESTAMP } from "./measurement.ts";
import { mergeSorted } from "./merge.ts";
import { deviceQuery, type MeasurementRange, type MeasurementsTable, queryPages } from "./pages.ts";
import { findTypeIndex, NoTypeIndexError, type TypeIndex, typeShards } from "./type-index.ts";

/** Reads stored measurements page by page, so that a year of them needs no more memory than a day. */
export interface MeasurementHistory {
  /** Of one device, by time; of one type alone, when given. */
  ofDevice(deviceId: string, range: MeasurementRange, type?: string): AsyncGenerator<StoredMeasurement>;
  /**
   * Of one type across all devices, by time, through the index.
   *
   * @throws {NoTypeIndexError} when the table has none
   */
  ofType(type: string, range: MeasurementRange): AsyncGenerator<StoredMeasurement>;
}

/** Errors of DynamoDB pass through. */
export function createMeasurementHistory(table: MeasurementsTable): MeasurementHistory {
  let typeIndex: Promise<TypeIndex | undefined> | undefined;

  async function* read(query: Parameters<typeof queryPages>[1], range: MeasurementRange) {
    for await (const items of queryPages(table, query, range))
      for (const item of items) yield storedMeasurement(item);
  }

  function ofPartition(IndexName: string, partitionKey: string, partition: string, range: MeasurementRange) {
    const { since = 0, until = LAST_TIMESTAMP } = range;
    return read(
      {
        IndexName,
        KeyConditionExpression: "#partition = :partition AND #timestamp BETWEEN :since AND :last",
        ExpressionAttributeNames: { "#partition": partitionKey, "#timestamp": "timestamp" },
        ExpressionAttributeValues: {
          ":partition": { S: partition },
          ":since": { N: String(since) },
          ":last": { N: String(until - 1) },
        },
      },
      range,
    );
  }

  return {
    ofDevice(deviceId, range, type) {
      const query = deviceQuery(deviceId, range);
      if (type === undefined) return read(query, range);
      return read(
        {
          ...query,
          FilterExpression: "measurement_type = :type",
          ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ":type": { S: type } },
        },
        range,
      );
    },

    async *ofType(type, range) {
      typeIndex ??= findTypeIndex(table);
      const index = await typeIndex;
      if (index === undefined) throw new NoTypeIndexError(table.table);
      const isSharded = index.shards > 1;
      const partitions = isSharded ? typeShards(type, index.shards) : [type];
      const partitionKey = isSharded ? TYPE_SHARD_ATTRIBUTE : "measurement_type";
      const direction = range.descending === true ? -1 : 1;
      const merged = mergeSorted(
        partitions.map((partition) => ofPartition(index.name, partitionKey, partition, range)),
        (a, b) => direction * (a.timestamp - b.timestamp),
      );
      let left = range.limit ?? Number.POSITIVE_INFINITY;
      for await (const measurement of merged) {
        if (left === 0) return;
        left -= 1;
        yield measurement;
      }
    },
  };
}
