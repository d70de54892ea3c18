import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

import { timeKey } from "./measurement.ts";

/** A measurement as a chart needs it: its value as a double, and nothing else of its item. */
export interface Point {
  /** Epoch milliseconds. */
  at: number;
  measurement_type: string;
  value: number;
}

/** Which part of a device's time to read: `since` included, `until` not; epoch milliseconds. */
export interface PointRange {
  since: number;
  until: number;
  /** Newest first. Default: oldest first. */
  descending?: boolean;
  /** At most so many, of all types together. Default: all. */
  limit?: number;
}

/** Reads the measurements of a device, all types together, page by page as DynamoDB has them. Errors of DynamoDB pass through. */
export type PointReader = (deviceId: string, range: PointRange) => AsyncGenerator<Point[]>;

/** Behind the time and the `#` in a measurement's key. */
const TYPE_AT = 14;

export function createPointReader(options: { dynamodb: DynamoDBClient; table: string }): PointReader {
  const { dynamodb, table } = options;
  return async function* read(deviceId, { since, until, descending = false, limit }) {
    let left = limit ?? Number.POSITIVE_INFINITY;
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "device_id = :device AND measurement_key BETWEEN :since AND :until",
          // The key tells time and type: so little comes over the wire that reading takes half the time.
          ProjectionExpression: "measurement_key, #value",
          ExpressionAttributeNames: { "#value": "value" },
          ExpressionAttributeValues: {
            ":device": { S: deviceId },
            ":since": { S: timeKey(since) },
            // The bare time sorts before every key of that time, so `until` is left out.
            ":until": { S: timeKey(until) },
          },
          ScanIndexForward: !descending,
          ExclusiveStartKey: from,
          Limit: Number.isFinite(left) ? left : undefined,
        }),
      );
      const points = (page.Items ?? []).map(point);
      left -= points.length;
      yield points;
      from = page.LastEvaluatedKey;
    } while (from !== undefined && left > 0);
  };
}

function point(item: Record<string, AttributeValue>): Point {
  const key = item.measurement_key?.S ?? "";
  return {
    at: Number(key.slice(0, TYPE_AT - 1)),
    measurement_type: key.slice(TYPE_AT),
    value: Number(item.value?.N),
  };
}
