import { BatchWriteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { type ConsumerPeer, plainItem, stubConfig, TABLE } from "./peer.ts";

const BATCH_ITEMS = 25;

/** The floor: the bare SDK, BatchWriteItem of 25, all requests in parallel; no validation, no retries, no logs. */
export function floor(endpoint: string): ConsumerPeer {
  const dynamodb = new DynamoDBClient(stubConfig(endpoint));
  return async (event) => {
    const puts = event.Records.map(({ body }) => ({ PutRequest: { Item: plainItem(JSON.parse(body)) } }));
    const requests: Promise<unknown>[] = [];
    for (let start = 0; start < puts.length; start += BATCH_ITEMS) {
      const RequestItems = { [TABLE]: puts.slice(start, start + BATCH_ITEMS) };
      requests.push(dynamodb.send(new BatchWriteItemCommand({ RequestItems })));
    }
    await Promise.all(requests);
    return { batchItemFailures: [] };
  };
}
