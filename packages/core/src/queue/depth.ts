import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** The messages of a queue that are not done with, as SQS counts them: on AWS it may be a minute behind. */
export interface Depth {
  /** To be received, now or after their delay. */
  waiting: number;
  inFlight: number;
}

/** Errors of SQS pass through. */
export async function readDepth(sqs: SQSClient, QueueUrl: string): Promise<Depth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  return depthOf(Attributes);
}

/** @param attributes of a queue, as GetQueueAttributes answers */
export function depthOf(attributes: Readonly<Record<string, string | undefined>>): Depth {
  const count = (attribute: string) => Number(attributes[attribute] ?? 0);
  return {
    waiting: count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesDelayed"),
    inFlight: count("ApproximateNumberOfMessagesNotVisible"),
  };
}
