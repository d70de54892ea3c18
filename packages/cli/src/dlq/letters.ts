import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "@energylive/core/queue/dead-letter";
import { type DeadLetterQueue, openDeadLetterQueue } from "@energylive/core/queue/dead-letter-queue";

import type { Context } from "../command.ts";
import { FailedError } from "../errors.ts";

/** Every so many messages the progress is said. */
const SAY_EVERY = 100;

export interface LetterFilter {
  reason?: string | undefined;
  /** A message id, or its beginning. */
  id?: string | undefined;
  device?: string | undefined;
}

/**
 * Reads the dead-letter queue, and gives back whatever was not removed, however it ends.
 *
 * @param use told of every message; what it answers is handed on
 */
export async function withLetters<T>(
  { open, output, signal }: Context,
  use: (letters: AsyncIterable<DeadLetter>, dlq: DeadLetterQueue) => Promise<T>,
): Promise<T> {
  const { sqs, dlqUrl, waitSeconds } = await (await open()).queues();
  const elsewhere = await heldElsewhere(sqs, dlqUrl);
  if (elsewhere > 0)
    output.note(
      `${messages(elsewhere)} more: another command reads them at this moment; run this again to see them.`,
    );
  const dlq = openDeadLetterQueue({ sqs, queueUrl: dlqUrl, waitSeconds });
  const progress = await output.progress("Reading the dead-letter queue");
  async function* letters() {
    let read = 0;
    for await (const letter of dlq.read(signal)) {
      read += 1;
      if (read % SAY_EVERY === 0) progress.say(`Reading the dead-letter queue: ${read} messages`);
      yield letter;
    }
    if (signal.aborted) throw new FailedError("stopped; what was read is back in the dead-letter queue");
    progress.end();
  }
  try {
    return await use(letters(), dlq);
  } finally {
    progress.end();
    await dlq.giveBack();
  }
}

/** Messages that another reader holds are invisible to this one. */
async function heldElsewhere(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
}

export async function matching(
  letters: AsyncIterable<DeadLetter>,
  filter: LetterFilter,
): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for await (const letter of letters) if (matches(letter, filter)) found.push(letter);
  return found;
}

export function matches(letter: DeadLetter, { reason, id, device }: LetterFilter): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (id === undefined || letter.messageId.startsWith(id)) &&
    (device === undefined || letter.deviceId === device)
  );
}

/** `1 message`, `2500 messages`. */
export function messages(count: number): string {
  return `${count} ${count === 1 ? "message" : "messages"}`;
}
