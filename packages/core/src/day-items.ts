import { type AttributeValue, type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";

/**
 * The items of one partition whose sort key `day` lies from `since` to `until`, both included, in order. DynamoDB errors pass
 * through.
 *
 * @param options.partition the name and the value of the partition key
 */
export async function itemsOfDays(options: {
  dynamodb: DynamoDBClient;
  table: string;
  partition: readonly [name: string, value: string];
  since: string;
  until: string;
  isConsistent: boolean;
}): Promise<Record<string, AttributeValue>[]> {
  const { dynamodb, table, partition, since, until, isConsistent } = options;
  const [name, value] = partition;
  const found: Record<string, AttributeValue>[] = [];
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: table,
      KeyConditionExpression: "#partition = :partition AND #day BETWEEN :since AND :until",
      ExpressionAttributeNames: { "#partition": name, "#day": "day" },
      ExpressionAttributeValues: {
        ":partition": { S: value },
        ":since": { S: since },
        ":until": { S: until },
      },
      ConsistentRead: isConsistent,
    },
  );
  for await (const { Items = [] } of pages) found.push(...Items);
  return found;
}
