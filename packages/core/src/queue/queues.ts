import type { SQSClient } from "@aws-sdk/client-sqs";

/** The measurement queue, its dead-letter queue, and who asks them. */
export interface Queues {
  sqs: SQSClient;
  queueUrl: string;
  dlqUrl: string;
  /** How long a receive must wait before "nothing" means that there is nothing. */
  waitSeconds: number;
}
