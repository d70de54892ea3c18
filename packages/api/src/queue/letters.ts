import type { Clock } from "@energylive/core/clock";
import type { Log } from "@energylive/core/log";
import type { DeadLetter } from "@energylive/core/queue/dead-letter";
import { type DeadLetterQueue, openDeadLetterQueue } from "@energylive/core/queue/dead-letter-queue";
import type { Queues } from "@energylive/core/queue/queues";
import { REDRIVE_MS, redriveLetters } from "@energylive/core/queue/redrive";
import { createQueueSender } from "@energylive/core/queue/sender";
import pLimit from "p-limit";

import type { DeadLetterOverview, PurgeAnswer, RedriveAnswer, RedriveRequest } from "../contract.ts";
import { RequestProblem } from "../problem.ts";

/** Each read hides the messages from other readers for a moment, so one serves all requests of this time. */
const FRESH_MS = 3_000;

/** The messages of the dead-letter queue. Reading deletes nothing and gives them back at once. */
export interface Letters {
  /** As of a moment ago. */
  all(): Promise<readonly DeadLetter[]>;
  /**
   * Moves matching messages back to the measurement queue.
   *
   * @throws {RequestProblem} when the number of messages that match is not the one confirmed
   */
  redrive(request: RedriveRequest): Promise<RedriveAnswer>;
  /**
   * Deletes matching messages for good.
   *
   * @throws {RequestProblem} when the number of messages that match is not the one confirmed
   */
  purge(request: RedriveRequest): Promise<PurgeAnswer>;
  /** How many of the messages that were redriven last are in the queue again; nothing if none were. */
  redriven(all: readonly DeadLetter[]): DeadLetterOverview["redriven"];
}

export function createLetters(options: { queues: () => Promise<Queues>; clock: Clock; log: Log }): Letters {
  const { queues, clock, log } = options;
  // Two readers at once would each see only part of the messages.
  const oneAtATime = pLimit(1);
  let last: { at: number; letters: readonly DeadLetter[] } | undefined;

  /** A message that is quarantined again has the same body, and an id that no message had before. */
  let redriven: { moved: number; bodies: ReadonlySet<string>; idsBefore: ReadonlySet<string> } | undefined;

  /** All messages, and those of them that a person has agreed to. */
  async function confirmed(dlq: DeadLetterQueue, request: RedriveRequest) {
    last = undefined;
    const all = await Array.fromAsync(dlq.read());
    const matched = all.filter((letter) => matches(letter, request));
    if (matched.length === request.confirm) return { all, matched };
    throw new RequestProblem(409, {
      code: "count_changed",
      matching: matched.length,
      confirmed: request.confirm,
    });
  }

  async function withQueue<T>(use: (dlq: DeadLetterQueue, those: Queues) => Promise<T>): Promise<T> {
    const those = await queues();
    const { sqs, dlqUrl, waitSeconds } = those;
    const dlq = openDeadLetterQueue({ sqs, queueUrl: dlqUrl, waitSeconds });
    try {
      return await use(dlq, those);
    } finally {
      await dlq.giveBack();
    }
  }

  return {
    all: () =>
      oneAtATime(async () => {
        if (last === undefined || clock.now() - last.at > FRESH_MS) {
          const letters = await withQueue((dlq) => Array.fromAsync(dlq.read()));
          last = { at: clock.now(), letters };
        }
        return last.letters;
      }),

    redrive: (request) =>
      oneAtATime(() =>
        withQueue(async (dlq, { sqs, queueUrl }) => {
          const { all, matched } = await confirmed(dlq, request);
          const deadlineAt = clock.now() + REDRIVE_MS;
          const queue = createQueueSender({ sqs, queueUrl, clock, random: Math.random, log, deadlineAt });
          const { moved, left } = await redriveLetters(matched, { dlq, queue });
          redriven = {
            moved,
            bodies: new Set(matched.map(({ body }) => body)),
            idsBefore: new Set(all.map(({ messageId }) => messageId)),
          };
          return { matched: matched.length, moved, left };
        }),
      ),

    purge: (request) =>
      oneAtATime(() =>
        withQueue(async (dlq) => {
          const { matched } = await confirmed(dlq, request);
          await dlq.remove(matched);
          return { purged: matched.length };
        }),
      ),

    redriven(all) {
      if (redriven === undefined) return null;
      const { moved, bodies, idsBefore } = redriven;
      const again = all.filter(({ body, messageId }) => bodies.has(body) && !idsBefore.has(messageId));
      return { moved, dead_again: again.length };
    },
  };
}

function matches(letter: DeadLetter, { reason, message_id }: RedriveRequest): boolean {
  return (
    (reason === null || letter.reason === reason) && (message_id === null || letter.messageId === message_id)
  );
}
