import { DynamoDBClient, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

import { TABLE } from "./peer.ts";

const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

const Key = { device_id: { S: "I-10082023-01658401" } };

/** The least that a function does to poll one device: the bare SDK and `fetch`, one request of each kind. */
export async function handler(): Promise<void> {
  await dynamodb.send(new ScanCommand({ TableName: TABLE }));
  const url = `${process.env.ENERGYLIVE_API_URL}/devices/${Key.device_id.S}/measurements/latest`;
  const response = await fetch(url, { headers: { "X-API-KEY": process.env.ENERGYLIVE_API_KEY ?? "" } });
  const MessageBody = JSON.stringify(await response.json());
  const QueueUrl = process.env.MEASUREMENT_QUEUE_URL;
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "0", MessageBody }] }));
  await dynamodb.send(new UpdateItemCommand({ TableName: TABLE, Key }));
}
