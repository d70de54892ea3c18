import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** The number of messages in a queue, as SQS counts them; on AWS up to a minute late. */
export interface Depth {
  /** Waiting to be received, now or after their delay. */
  waiting: number;
  inFlight: number;
}

/** SQS errors pass through. */
export async function readDepth(sqs: SQSClient, QueueUrl: string): Promise<Depth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  return depthOf(Attributes);
}

/** @param attributes from GetQueueAttributes */
export function depthOf(attributes: Readonly<Record<string, string | undefined>>): Depth {
  const count = (attribute: string) => Number(attributes[attribute] ?? 0);
  return {
    waiting: count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesDelayed"),
    inFlight: count("ApproximateNumberOfMessagesNotVisible"),
  };
}
