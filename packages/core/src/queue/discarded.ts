import type { Log } from "../log.ts";
import type { Poison, Quarantine } from "./quarantine.ts";
import type { ReceivedMessage } from "./received.ts";

/** The messages of a batch that can never succeed, on their way to the dead-letter queue. */
export class DiscardedMessages {
  readonly #quarantine: Quarantine;
  readonly #log: Log;
  readonly #underWay: Promise<ReceivedMessage | undefined>[] = [];

  constructor({ quarantine, log }: { quarantine: Quarantine; log: Log }) {
    this.#quarantine = quarantine;
    this.#log = log;
  }

  add(message: ReceivedMessage, poison: Omit<Poison, "body">): void {
    this.#underWay.push(
      this.#quarantine({ ...poison, body: message.body }).then(
        () => {
          this.#log.warn({ event: "message_quarantined", messageId: message.messageId, ...poison });
          return undefined;
        },
        (error) => {
          this.#log.error({ event: "quarantine_failed", messages: 1, error });
          return message;
        },
      ),
    );
  }

  /** Once the dead-letter queue has answered. `failed` are those that it did not take: they go back to their queue. */
  async settled(): Promise<{ quarantined: number; failed: ReceivedMessage[] }> {
    const failed = (await Promise.all(this.#underWay)).filter((message) => message !== undefined);
    return { quarantined: this.#underWay.length - failed.length, failed };
  }
}
