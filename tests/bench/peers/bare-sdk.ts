import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { TABLE } from "./peer.ts";

const dynamodb = new DynamoDBClient({});

/** The least that a function on the AWS SDK does: one client, one call. */
export async function handler(): Promise<void> {
  const Item = {
    device_id: { S: "I-10082023-01658401" },
    measurement_key: { S: "1726559995000#0100010700" },
  };
  await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: [{ PutRequest: { Item } }] } }));
}
