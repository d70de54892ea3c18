import { type AttributeValue, BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** BatchGetItem's limit. */
const BATCH_KEYS = 100;

/**
 * The items that a table has under these keys, in any order. DynamoDB answers no more than 16 MB at once, and hands the other keys
 * back. Its errors pass through.
 */
export async function getItems(
  { dynamodb, table }: { dynamodb: DynamoDBClient; table: string },
  keys: readonly Record<string, AttributeValue>[],
): Promise<Record<string, AttributeValue>[]> {
  const found: Record<string, AttributeValue>[] = [];
  const left = [...keys];
  while (left.length > 0) {
    const Keys = left.splice(0, BATCH_KEYS);
    const { Responses, UnprocessedKeys } = await dynamodb.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    left.push(...(UnprocessedKeys?.[table]?.Keys ?? []));
  }
  return found;
}
