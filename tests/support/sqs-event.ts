import type { SQSEvent } from "aws-lambda";

/** Messages as Lambda passes them to a function: `m0`, `m1`, … @param receives how often each was received */
export function sqsEvent(bodies: readonly string[], receives = 1): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `r${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: "",
        SenderId: "",
        ApproximateFirstReceiveTimestamp: "",
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "",
      awsRegion: "",
    })),
  };
}
