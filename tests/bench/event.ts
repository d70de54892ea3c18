import type { SQSEvent } from "aws-lambda";

/** A batch of messages as Lambda hands it over: one type of many devices, each message another measurement. */
export function batchEvent(first: number, messages: number): SQSEvent {
  return { Records: Array.from({ length: messages }, (_, index) => record(first + index)) };
}

function record(index: number): SQSEvent["Records"][number] {
  const timestamp = 1726559995000 + index * 1000;
  return {
    messageId: `message-${index}`,
    receiptHandle: `receipt-${index}`,
    body: `{"v":1,"device_id":"I-10082023-${String(index % 1000).padStart(8, "0")}","measurement_type":"0100010700","timestamp":${timestamp},"value":${index % 3000},"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}`,
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
