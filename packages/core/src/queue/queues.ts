import type { SQSClient } from "@aws-sdk/client-sqs";

/** The measurement queue and its dead-letter queue, with a client for them. */
export interface Queues {
  sqs: SQSClient;
  queueUrl: string;
  dlqUrl: string;
  /** How long a receive must wait before an empty answer means an empty queue. */
  waitSeconds: number;
}
