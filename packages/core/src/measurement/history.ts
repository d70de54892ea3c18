import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

import { TYPE_SHARD_ATTRIBUTE } from "../settings/tables.ts";
import { type StoredMeasurement, storedMeasurement } from "./item.ts";
import { timeKey } from "./measurement.ts";
import { mergeSorted } from "./merge.ts";
import { findTypeIndex, NoTypeIndexError, type TypeIndex, typeShards } from "./type-index.ts";

/** Which stored measurements to read. All times are measurement times in epoch milliseconds. */
export interface HistoryRange {
  /** Included. Default: the oldest. */
  since?: number | undefined;
  /** Not included. Default: the newest. */
  until?: number | undefined;
  /** Newest first. Default: oldest first. */
  descending?: boolean | undefined;
  /** At most so many. Default: all. */
  limit?: number | undefined;
}

/** Reads stored measurements page by page, so that a year of them needs no more memory than a day. */
export interface MeasurementHistory {
  /** Of one device, by time; of one type alone, when given. */
  ofDevice(deviceId: string, range: HistoryRange, type?: string): AsyncGenerator<StoredMeasurement>;
  /**
   * Of one type across all devices, by time, through the index.
   *
   * @throws {NoTypeIndexError} when the table has none
   */
  ofType(type: string, range: HistoryRange): AsyncGenerator<StoredMeasurement>;
}

/** Thirteen digits: no measurement is older or newer. */
const FIRST_TIME = 0;
const LAST_TIME = 9_999_999_999_999;

/** Items read at once for a few of one type among a device's many: a poll brings about eleven types. */
const ITEMS_PER_WANTED = 20;
const LEAST_PAGE = 100;

/** Errors of DynamoDB pass through. */
export function createMeasurementHistory(options: {
  dynamodb: DynamoDBClient;
  table: string;
}): MeasurementHistory {
  const { dynamodb, table } = options;
  let typeIndex: Promise<TypeIndex | undefined> | undefined;

  async function* read(query: Omit<QueryCommand["input"], "TableName">, range: HistoryRange) {
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    let from: Record<string, AttributeValue> | undefined;
    while (left > 0) {
      const page = await dynamodb.send(
        new QueryCommand({
          ...query,
          TableName: table,
          ScanIndexForward: range.descending !== true,
          ExclusiveStartKey: from,
          Limit: pageLimit(left, query.FilterExpression !== undefined),
        }),
      );
      for (const item of page.Items ?? []) {
        if (left === 0) return;
        left -= 1;
        yield storedMeasurement(item);
      }
      from = page.LastEvaluatedKey;
      if (from === undefined) return;
    }
  }

  function ofPartition(IndexName: string, partitionKey: string, partition: string, range: HistoryRange) {
    const { since = FIRST_TIME, until = LAST_TIME } = range;
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
      const { since = FIRST_TIME, until = LAST_TIME } = range;
      return read(
        {
          KeyConditionExpression: "device_id = :device AND measurement_key BETWEEN :since AND :until",
          ExpressionAttributeValues: {
            ":device": { S: deviceId },
            ":since": { S: timeKey(since) },
            // The bare time sorts before every key of that time, so `until` is left out.
            ":until": { S: timeKey(until) },
            ...(type === undefined ? {} : { ":type": { S: type } }),
          },
          ...(type === undefined ? {} : { FilterExpression: "measurement_type = :type" }),
        },
        range,
      );
    },

    async *ofType(type, range) {
      typeIndex ??= findTypeIndex({ dynamodb, table });
      const index = await typeIndex;
      if (index === undefined) throw new NoTypeIndexError(table);
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

/** Nothing for all: DynamoDB's own page of 1 MB. */
function pageLimit(wanted: number, isFiltered: boolean): number | undefined {
  if (wanted === Number.POSITIVE_INFINITY) return undefined;
  return isFiltered ? Math.max(LEAST_PAGE, wanted * ITEMS_PER_WANTED) : wanted;
}
