import * as z from "zod";

import { describeProblems } from "../problems.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";
import type { ReceivedMessage } from "./run.ts";

/** What the consumer needs of Lambda's `SQSEvent`. */
const ConsumerEvent = z.object({
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
export function parseConsumerEvent(event: unknown): ReceivedMessage[] {
  const parsed = ConsumerEvent.safeParse(event);
  if (!parsed.success) {
    const problems = describeProblems(parsed.error).join("; ");
    throw new ConfigurationError([`the consumer's event does not come from an SQS queue: ${problems}`]);
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
