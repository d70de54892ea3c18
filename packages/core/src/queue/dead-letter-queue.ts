import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import pLimit from "p-limit";

import { type DeadLetter, deadLetter } from "./dead-letter.ts";

/** SQS's limit for one receive, one delete and one change of visibility. */
const BATCH = 10;

/** Requests in flight at once: ten thousand messages take a thousand receives. */
const CONCURRENT_REQUESTS = 10;

/**
 * How long a read message is hidden from others. Longer than reading and redriving ten thousand messages takes, and short
 * enough that a killed command does not hide them for long.
 */
const HOLD_SECONDS = 600;

/** How SQS says that a message is visible again or gone: it was held for too long. */
const NOT_HELD = /MessageNotInflight|ReceiptHandleIsInvalid|not available for visibility timeout change/;

/** How often entries that SQS refuses are sent. */
const ATTEMPTS = 3;

/**
 * Reads a dead-letter queue without changing it. SQS offers no way to look at a message except receiving it, so a read
 * message is held until `giveBack`, which must always follow.
 */
export interface DeadLetterQueue {
  /** Every visible message, each once. Ends early if `signal` is aborted. */
  read(signal?: AbortSignal): AsyncGenerator<DeadLetter>;
  /** Deletes messages that were read. */
  remove(letters: readonly DeadLetter[]): Promise<void>;
  /** Makes messages that were read and not removed visible again, at once. */
  giveBack(): Promise<void>;
}

/**
 * @param options.waitSeconds how long a receive waits before it reports nothing. With 0, SQS asks only some of its servers
 *   and may miss messages; an SQS in a single process cannot.
 */
export function openDeadLetterQueue(options: {
  sqs: SQSClient;
  queueUrl: string;
  waitSeconds: number;
}): DeadLetterQueue {
  const { sqs, queueUrl: QueueUrl, waitSeconds } = options;
  /** Receipt handles by message id. */
  const held = new Map<string, string>();

  async function receive(): Promise<DeadLetter[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: HOLD_SECONDS,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    const fresh: DeadLetter[] = [];
    for (const message of Messages) {
      const letter = deadLetter(message);
      // SQS may deliver a message twice; the newer handle counts.
      if (!held.has(letter.messageId)) fresh.push(letter);
      held.set(letter.messageId, message.ReceiptHandle ?? "");
    }
    return fresh;
  }

  async function inBatches(
    ids: readonly string[],
    send: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<Failures>,
  ): Promise<void> {
    const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, index) =>
      ids.slice(index * BATCH, (index + 1) * BATCH),
    );
    await pLimit(CONCURRENT_REQUESTS).map(batches, (batch) => untilAccepted(batch, send));
  }

  async function untilAccepted(
    ids: readonly string[],
    send: (entries: { Id: string; ReceiptHandle: string }[]) => Promise<Failures>,
  ): Promise<void> {
    let left = ids;
    let reason = "";
    for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt += 1) {
      const failures = await send(
        left.map((id, index) => ({ Id: String(index), ReceiptHandle: held.get(id) ?? "" })),
      );
      const failed = new Set(failures.map(({ Id }) => Number(Id)));
      for (const [index, id] of left.entries()) if (!failed.has(index)) held.delete(id);
      left = left.filter((_, index) => failed.has(index));
      reason = failures[0]?.Message ?? failures[0]?.Code ?? "no reason given";
    }
    if (left.length > 0) throw new Error(`SQS refused ${left.length} messages: ${reason}`);
  }

  return {
    async *read(signal) {
      // One receive for a short queue; several at once after a full batch shows that there are more.
      let receivers = 1;
      while (signal?.aborted !== true) {
        const batches = await Promise.all(Array.from({ length: receivers }, receive));
        for (const batch of batches) yield* batch;
        if (batches.every((batch) => batch.length === 0)) return;
        if (batches.some((batch) => batch.length === BATCH)) receivers = CONCURRENT_REQUESTS;
      }
    },

    remove(letters) {
      return inBatches(
        letters.map(({ messageId }) => messageId),
        async (Entries) =>
          (await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).Failed ?? [],
      );
    },

    giveBack() {
      return inBatches([...held.keys()], async (entries) => {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        const { Failed = [] } = await sqs.send(
          new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }),
        );
        return Failed.filter(({ Code, Message }) => !NOT_HELD.test(`${Code} ${Message}`));
      });
    },
  };
}

type Failures = readonly {
  Id?: string | undefined;
  Code?: string | undefined;
  Message?: string | undefined;
}[];
