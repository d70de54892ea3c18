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
 * The messages of an `SQSEvent`. An event that is none fails as a whole, so that what a queue delivered in a form that
 * this version does not know goes back to it.
 *
 * @throws {ConfigurationError} that says how the event should look
 */
export function parseConsumerEvent(event: unknown): ReceivedMessage[] {
  const parsed = ConsumerEvent.safeParse(event);
  if (!parsed.success) {
    const problems = describeProblems(parsed.error).join("; ");
    throw new ConfigurationError([`the consumer's event is not one of an SQS queue: ${problems}`]);
  }
  return parsed.data.Records.map(({ messageId, receiptHandle, body, attributes }) => ({
    messageId,
    receiptHandle,
    body,
    receiveCount: receiveCount(attributes.ApproximateReceiveCount),
  }));
}

/** From 1; it decides how long a message rests that goes back, so what cannot be read counts as the first. */
function receiveCount(attribute: unknown): number {
  const count = Number(attribute);
  return Number.isSafeInteger(count) && count > 0 ? count : 1;
}
