import { createHash, randomUUID } from "node:crypto";

import type { Clock } from "@energylive/core/clock";

export interface QueuedMessage {
  id: string;
  body: string;
  attributes: Record<string, { StringValue?: string }>;
  /** Kept when the message moves to a dead-letter queue: that is what its retention counts from. */
  sentAt: number;
  receiveCount: number;
  receiptHandle: string;
  visibleAt: number;
}

/**
 * One SQS standard queue, by the rules that matter over hours: visibility, receive counts, the move to the dead-letter
 * queue at the receive after `maxReceiveCount`, and retention from the time of sending.
 * Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide (visibility timeout, dead-letter queues)
 */
export class SimulatedQueue {
  /** Messages that SQS itself has deleted for their age. */
  expired = 0;
  /** Told of everything that may make a message visible earlier. */
  onChange = (): void => {};
  readonly #messages = new Map<string, QueuedMessage>();
  readonly #clock: Clock;
  readonly #retentionMs: number;
  readonly #visibilityMs: number;
  readonly #redrive: { maxReceiveCount: number; to: SimulatedQueue } | undefined;

  constructor(options: {
    clock: Clock;
    retentionSeconds: number;
    visibilityTimeoutSeconds?: number;
    redrive?: { maxReceiveCount: number; to: SimulatedQueue };
  }) {
    this.#clock = options.clock;
    this.#retentionMs = options.retentionSeconds * 1000;
    this.#visibilityMs = (options.visibilityTimeoutSeconds ?? 30) * 1000;
    this.#redrive = options.redrive;
  }

  get messages(): QueuedMessage[] {
    this.#expire();
    return [...this.#messages.values()];
  }

  /**
   * `ApproximateAgeOfOldestMessage`, in seconds: a message that was received three times and not deleted is left out.
   * Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  get oldestSeconds(): number {
    const counted = this.messages.filter(({ receiveCount }) => receiveCount < 3);
    return Math.max(0, ...counted.map(({ sentAt }) => (this.#clock.now() - sentAt) / 1000));
  }

  /** When the next message becomes visible; infinite when there is none. Epoch milliseconds. */
  get nextVisibleAt(): number {
    return this.messages.reduce(
      (first, { visibleAt }) => Math.min(first, visibleAt),
      Number.POSITIVE_INFINITY,
    );
  }

  send(
    body: string,
    attributes: QueuedMessage["attributes"] = {},
    delaySeconds = 0,
  ): { id: string; md5: string } {
    const id = randomUUID();
    const now = this.#clock.now();
    this.#messages.set(id, {
      id,
      body,
      attributes,
      sentAt: now,
      receiveCount: 0,
      receiptHandle: "",
      visibleAt: now + delaySeconds * 1000,
    });
    this.onChange();
    return { id, md5: createHash("md5").update(body).digest("hex") };
  }

  receive(limit: number): QueuedMessage[] {
    this.#expire();
    const now = this.#clock.now();
    const received: QueuedMessage[] = [];
    for (const message of this.#messages.values()) {
      if (received.length === limit) break;
      if (message.visibleAt > now) continue;
      if (this.#redrive !== undefined && message.receiveCount >= this.#redrive.maxReceiveCount) {
        this.#messages.delete(message.id);
        this.#redrive.to.#messages.set(message.id, { ...message, visibleAt: now });
        continue;
      }
      message.receiveCount += 1;
      message.receiptHandle = `${message.id} ${message.receiveCount}`;
      message.visibleAt = now + this.#visibilityMs;
      received.push({ ...message });
    }
    return received;
  }

  /** Like SQS: a handle of an earlier receive still deletes, and the handle of a deleted message is not an error. */
  delete(receiptHandle: string): void {
    this.#messages.delete(receiptHandle.split(" ")[0] ?? "");
  }

  /** @returns whether the message is still in flight under this handle */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#messages.get(receiptHandle.split(" ")[0] ?? "");
    if (message?.receiptHandle !== receiptHandle || message.visibleAt <= this.#clock.now()) return false;
    message.visibleAt = this.#clock.now() + seconds * 1000;
    this.onChange();
    return true;
  }

  #expire(): void {
    const oldest = this.#clock.now() - this.#retentionMs;
    // Sent first, listed first: the rest is younger. Moved messages keep their age and are listed out of turn, so no break.
    for (const message of this.#messages.values()) {
      if (message.sentAt > oldest) continue;
      this.#messages.delete(message.id);
      this.expired += 1;
    }
  }
}
