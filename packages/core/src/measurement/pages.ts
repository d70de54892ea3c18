import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";

import type { MeasurementItem } from "./item.ts";
import { LAST_TIMESTAMP, timeKey } from "./measurement.ts";

/** The measurements table, with a client for it. */
export interface MeasurementsTable {
  dynamodb: DynamoDBClient;
  table: string;
}

/** Which stored measurements to read. All times are measurement times in epoch milliseconds. */
export interface MeasurementRange {
  /** Inclusive. Default: the oldest. */
  since?: number | undefined;
  /** Exclusive. Default: the newest. */
  until?: number | undefined;
  /** Newest first. Default: oldest first. */
  descending?: boolean | undefined;
  /** The most to read. Default: all. */
  limit?: number | undefined;
  /** How many to read at once, for a reader that may stop early. Default: as many as DynamoDB gives. */
  pageSize?: number | undefined;
}

type Query = Omit<QueryCommand["input"], "TableName">;

/** How many items to read for each wanted one of a single type: a poll brings about eleven types. */
const ITEMS_PER_WANTED = 20;
const LEAST_PAGE = 100;

/**
 * The result of a query of the measurements table, in DynamoDB's pages, so a year needs no more memory than a day. Order
 * and limit come from the range. DynamoDB errors pass through.
 */
export async function* queryPages(
  { dynamodb, table }: MeasurementsTable,
  query: Query,
  { descending = false, limit = Number.POSITIVE_INFINITY, pageSize }: MeasurementRange,
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
        Limit: pageSize ?? pageLimit(left, query.FilterExpression !== undefined),
      }),
    );
    const items = (page.Items ?? []).slice(0, left);
    left -= items.length;
    yield items;
    from = page.LastEvaluatedKey;
    if (from === undefined) return;
  }
}

/** The query for all types of a device within a time range. */
export function deviceQuery(deviceId: string, { since = 0, until = LAST_TIMESTAMP }: MeasurementRange) {
  return {
    KeyConditionExpression: "device_id = :device AND measurement_key BETWEEN :since AND :until",
    ExpressionAttributeValues: {
      ":device": { S: deviceId },
      ":since": { S: timeKey(since) },
      // The bare time sorts before every key of that time, so `until` is excluded.
      ":until": { S: timeKey(until) },
    },
  } satisfies Query;
}

/** `undefined` for all: DynamoDB's own page of 1 MB. */
function pageLimit(wanted: number, isFiltered: boolean): number | undefined {
  if (wanted === Number.POSITIVE_INFINITY) return undefined;
  return isFiltered ? Math.max(LEAST_PAGE, wanted * ITEMS_PER_WANTED) : wanted;
}
