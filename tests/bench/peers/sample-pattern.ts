import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

import { type ConsumerPeer, type MessageBody, plainItem, stubConfig, TABLE } from "./peer.ts";

/**
 * The AWS sample pattern for buffering DynamoDB writes with SQS: a PutItem per record, one after the other; the first
 * failure returns the rest of the batch; the SDK's retries are off, because the queue retries.
 */
export function samplePattern(endpoint: string): ConsumerPeer {
  const dynamodb = new DynamoDBClient({ ...stubConfig(endpoint), maxAttempts: 1 });
  return async (event) => {
    for (const [index, record] of event.Records.entries()) {
      try {
        const message: MessageBody = JSON.parse(record.body);
        await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: plainItem(message) }));
      } catch {
        const rest = event.Records.slice(index);
        return { batchItemFailures: rest.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      }
    }
    return { batchItemFailures: [] };
  };
}
