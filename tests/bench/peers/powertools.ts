import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";

import { type ConsumerPeer, type MessageBody, plainItem, stubConfig, TABLE } from "./peer.ts";

/** Powertools for AWS Lambda: its batch processor, which handles records in parallel, with a PutItem per record. */
export function powertools(endpoint: string): ConsumerPeer {
  const dynamodb = new DynamoDBClient(stubConfig(endpoint));
  const processor = new BatchProcessor(EventType.SQS);
  const store = async ({ body }: SQSRecord) => {
    const message: MessageBody = JSON.parse(body);
    await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: plainItem(message) }));
  };
  return (event) => processPartialResponse(event, store, processor, { throwOnFullBatchFailure: false });
}
