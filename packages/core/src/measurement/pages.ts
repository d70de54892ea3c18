import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

import type { MeasurementItem } from "./item.ts";
import { LAST_TIMESTAMP, timeKey } from "./measurement.ts";

/** The measurements table, and who asks it. */
export interface MeasurementsTable {
  dynamodb: DynamoDBClient;
  table: string;
}

/** Which stored measurements to read. All times are measurement times in epoch milliseconds. */
export interface MeasurementRange {
  /** Included. Default: the oldest. */
  since?: number | undefined;
  /** Not included. Default: the newest. */
  until?: number | undefined;
  /** Newest first. Default: oldest first. */
  descending?: boolean | undefined;
  /** At most so many. Default: all. */
  limit?: number | undefined;
}

type Query = Omit<QueryCommand["input"], "TableName">;

/** Items read at once for a few of one type among a device's many: a poll brings about eleven types. */
const ITEMS_PER_WANTED = 20;
const LEAST_PAGE = 100;

/**
 * What a query of the measurements table finds, page by page as DynamoDB has it, so that a year needs no more memory than
 * a day. The query says where, with `timesOf` or `deviceQuery`; order and limit are the range's. Errors of DynamoDB pass
 * through.
 */
export async function* queryPages(
  { dynamodb, table }: MeasurementsTable,
  query: Query,
  { descending = false, limit = Number.POSITIVE_INFINITY }: MeasurementRange,
): AsyncGenerator<MeasurementItem[]> {
  let left = limit;
  let from: Record<string, AttributeValue> | undefined;
  while (left > 0) {
    const page = await dynamodb.send(
      new QueryCommand({
        ...query,
        TableName: table,
        ScanIndexForward: !descending,
        ExclusiveStartKey: from,
        Limit: pageLimit(left, query.FilterExpression !== undefined),
      }),
    );
    const items = (page.Items ?? []).slice(0, left);
    left -= items.length;
    yield items;
    from = page.LastEvaluatedKey;
    if (from === undefined) return;
  }
}

/** The query for all types of a device within a range of time. */
export function deviceQuery(deviceId: string, { since = 0, until = LAST_TIMESTAMP }: MeasurementRange) {
  return {
    KeyConditionExpression: "device_id = :device AND measurement_key BETWEEN :since AND :until",
    ExpressionAttributeValues: {
      ":device": { S: deviceId },
      ":since": { S: timeKey(since) },
      // The bare time sorts before every key of that time, so `until` is left out.
      ":until": { S: timeKey(until) },
    },
  } satisfies Query;
}

/** Nothing for all: DynamoDB's own page of 1 MB. */
function pageLimit(wanted: number, isFiltered: boolean): number | undefined {
  if (wanted === Number.POSITIVE_INFINITY) return undefined;
  return isFiltered ? Math.max(LEAST_PAGE, wanted * ITEMS_PER_WANTED) : wanted;
}
