import type { DeadLetter } from "./dead-letter.ts";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { QueueSender } from "./sender.ts";

/** Messages sent before the first of them are deleted: a killed command leaves at most this many in both queues. */
const CHUNK = 100;

/** The attributes that say why the message failed; a redriven message starts without them. */
const FAILURE_ATTRIBUTES = new Set(["failure_reason", "failure_detail", "failed_at", "failed_in"]);

/** How long sending may take in all: well before messages read from the dead-letter queue become visible again. */
export const REDRIVE_MS = 300_000;

export interface RedriveResult {
  moved: number;
  /** Not accepted by the measurement queue: still in the dead-letter queue. */
  left: number;
}

/**
 * Moves messages from the dead-letter queue to the measurement queue: sends, waits until SQS has accepted, then deletes. A
 * message is briefly in both queues, never in neither; a measurement that is stored twice lands on the same item.
 *
 * @param onMoved called with the number moved so far
 */
export async function redriveLetters(
  letters: readonly DeadLetter[],
  options: {
    dlq: Pick<DeadLetterQueue, "remove">;
    queue: QueueSender;
    onMoved?: (moved: number) => void;
    signal?: AbortSignal;
  },
): Promise<RedriveResult> {
  const { dlq, queue, onMoved, signal } = options;
  let moved = 0;
  for (let start = 0; start < letters.length && signal?.aborted !== true; start += CHUNK) {
    const accepted = await sendAll(letters.slice(start, start + CHUNK), queue);
    await dlq.remove(accepted);
    moved += accepted.length;
    onMoved?.(moved);
  }
  return { moved, left: letters.length - moved };
}

/** The messages that the queue accepted. */
async function sendAll(letters: readonly DeadLetter[], queue: QueueSender): Promise<DeadLetter[]> {
  const sent = letters.map((letter) =>
    queue.send({ body: letter.body, attributes: keptAttributes(letter) }).then(
      () => letter,
      () => undefined,
    ),
  );
  queue.flush();
  return (await Promise.all(sent)).filter((letter) => letter !== undefined);
}

function keptAttributes({ attributes }: DeadLetter): Record<string, string> {
  const kept = Object.entries(attributes).flatMap(([name, { StringValue }]) =>
    FAILURE_ATTRIBUTES.has(name) || StringValue === undefined ? [] : [[name, StringValue] as const],
  );
  return Object.fromEntries(kept);
}
