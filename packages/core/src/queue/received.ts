import * as z from "zod";

import { describeProblems } from "../problems.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";

/** A message as received from a queue. */
export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  /** How many times it has been received, including this one. */
  receiveCount: number;
}

/** What the functions need of Lambda's `SQSEvent`. */
const QueueEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      receiptHandle: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.unknown().optional() }),
    }),
  ),
});

/**
 * The messages of an `SQSEvent`. If the event has another form, it fails as a whole, so its messages go back to their
 * queue.
 *
 * @throws {ConfigurationError} that shows the expected form
 */
export function parseQueueEvent(event: unknown): ReceivedMessage[] {
  const parsed = QueueEvent.safeParse(event);
  if (!parsed.success) {
    const problems = describeProblems(parsed.error).join("; ");
    throw new ConfigurationError([`the function's event does not come from an SQS queue: ${problems}`]);
  }
  return parsed.data.Records.map(({ messageId, receiptHandle, body, attributes }) => ({
    messageId,
    receiptHandle,
    body,
    receiveCount: receiveCount(attributes.ApproximateReceiveCount),
  }));
}

/** From 1. Decides how long a returned message rests, so an unreadable count is taken as the first. */
function receiveCount(attribute: unknown): number {
  const count = Number(attribute);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}
