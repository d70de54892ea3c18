import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DeadLetter } from "@energylive/core/queue/dead-letter";
import { type DeadLetterQueue, openDeadLetterQueue } from "@energylive/core/queue/dead-letter-queue";

import type { Context } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";

/** What `--json` writes of a message. */
export const LETTER_JSON =
  "{ message_id, reason, detail, failed_in, seen_at, device_id, receive_count, body, attributes }";

/** How many messages are read between two updates of the progress. */
const SAY_EVERY = 100;

export interface LetterFilter {
  reason?: string | undefined;
  /** A message id, or the beginning of one. */
  id?: string | undefined;
  device?: string | undefined;
}

/**
 * Reads the dead-letter queue, and gives back whatever was not removed, however it ends.
 *
 * @param use receives every message, and the signal of Ctrl-C; its result is returned
 */
export async function withLetters<T>(
  { open, output, untilStopped }: Context,
  use: (letters: AsyncIterable<DeadLetter>, dlq: DeadLetterQueue, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { sqs, dlqUrl, waitSeconds } = await (await open()).queues();
  const signal = untilStopped();
  const elsewhere = await heldElsewhere(sqs, dlqUrl);
  if (elsewhere > 0)
    output.note(`${messages(elsewhere)} more are held by another command; run this again to see them.`);
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
    return await use(letters(), dlq, signal);
  } finally {
    progress.end();
    await dlq.giveBack();
  }
}

/** Messages held by another reader are invisible to this one. */
async function heldElsewhere(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessagesNotVisible"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
}

/** @throws {UsageError} for an option with an empty value, which would match everything or nothing */
export function checkFilter(filter: LetterFilter): void {
  for (const [option, value] of Object.entries(filter))
    if (value === "") throw new UsageError(`--${option} is empty`);
}

/** The selected messages, and what to say if there are none. */
export interface Selection {
  letters: DeadLetter[];
  noneText: string;
}

/**
 * Selects by reason, device and id.
 *
 * @throws {FailedError} for an id that matches no message, or several
 */
export async function select(letters: AsyncIterable<DeadLetter>, filter: LetterFilter): Promise<Selection> {
  const selected: DeadLetter[] = [];
  const reasons = new Set<string>();
  for await (const letter of letters) {
    reasons.add(letter.reason);
    if (matches(letter, filter)) selected.push(letter);
  }
  if (filter.id !== undefined) checkId(filter.id, selected.length);
  return { letters: selected, noneText: noneText(reasons) };
}

function matches(letter: DeadLetter, { reason, id, device }: LetterFilter): boolean {
  return (
    (reason === undefined || letter.reason === reason) &&
    (id === undefined || letter.messageId.startsWith(id)) &&
    (device === undefined || letter.deviceId === device)
  );
}

function checkId(id: string, found: number): void {
  const advice = "energylive dlq list --all shows the ids";
  if (found === 0) throw new FailedError(`no message ${id} in the dead-letter queue`, { advice });
  if (found > 1) throw new FailedError(`${found} messages start with ${id}: give more of the id`, { advice });
}

function noneText(reasons: ReadonlySet<string>): string {
  return reasons.size === 0
    ? "The dead-letter queue is empty"
    : `No message matches (existing reasons: ${[...reasons].sort().join(", ")})`;
}

/** `1 message`, `2500 messages`. */
export function messages(count: number): string {
  return `${count} ${count === 1 ? "message" : "messages"}`;
}
