import { readFileSync } from "node:fs";

import type { SQSEvent } from "aws-lambda";

/** What a device sends at once. */
const TYPES: { measurement: string }[] = JSON.parse(
  readFileSync(new URL("../fixtures/latest-interface.json", import.meta.url), "utf8"),
);
const DEVICES = 1_000;
const POLL_MS = 300_000;

/** A batch of messages as Lambda hands it over: all types of one device after another, each message another measurement. */
export function batchEvent(first: number, messages: number): SQSEvent {
  return { Records: Array.from({ length: messages }, (_, index) => record(first + index)) };
}

function record(index: number): SQSEvent["Records"][number] {
  const poll = Math.floor(index / TYPES.length);
  const timestamp = 1726559995000 + Math.floor(poll / DEVICES) * POLL_MS;
  return recordOf(
    index,
    `{"v":1,"device_id":"I-10082023-${String(poll % DEVICES).padStart(8, "0")}","measurement_type":"${TYPES[index % TYPES.length]?.measurement}","timestamp":${timestamp},"value":${index % 3000},"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}`,
  );
}

/** A message of a queue as Lambda hands it over. */
export function recordOf(index: number, body: string): SQSEvent["Records"][number] {
  return {
    messageId: `message-${index}`,
    receiptHandle: `receipt-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1726559996000",
      SenderId: "sender",
      ApproximateFirstReceiveTimestamp: "1726559996100",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:123456789012:energylive-production-measurements",
    awsRegion: "eu-central-1",
  };
}
