import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

import { type ConsumerPeer, type MessageBody, plainItem, stubConfig, TABLE } from "./peer.ts";

/**
 * The Python collector's way: one PutItem after the other, and an error is printed and skipped. It has no queue; the
 * messages stand for the elements of its responses.
 */
export function pythonWay(endpoint: string): ConsumerPeer {
  const dynamodb = new DynamoDBClient(stubConfig(endpoint));
  return async (event) => {
    for (const { body } of event.Records) {
      const message: MessageBody = JSON.parse(body);
      try {
        await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: plainItem(message) }));
      } catch (error) {
        process.stderr.write(`${error}\n`);
      }
    }
    return { batchItemFailures: [] };
  };
}
