import {
  type MessageAttributeValue,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";

import { fullJitterMs } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** SendMessageBatch's limit of entries. */
const BATCH_ENTRIES = 10;

/**
 * SendMessageBatch's limit of bytes for bodies and attributes: 1 MiB since August 2025, 256 KiB before and in some
 * emulators. A batch of measurements has about 2 KB, so the smaller limit costs nothing. Source:
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const BATCH_BYTES = 256 * 1024;

/** How long the first entry of a batch waits for others. */
const LINGER_MS = 500;

/** Batches in flight at once. */
const CONCURRENT_BATCHES = 8;

const RETRY_BASE_MS = 100;
const RETRY_CAP_MS = 5_000;

export interface QueueMessage {
  body: string;
  attributes?: Record<string, string>;
  /** How long SQS holds it back before anyone can receive it. */
  delaySeconds?: number;
}

/** SQS did not accept a message in time. Nothing is lost: the caller still has its content. */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly code = "not_accepted_by_sqs";
}

export interface QueueSender {
  /**
   * Resolves once SQS has accepted the message.
   *
   * @throws {SendError} if SQS has not accepted it by the deadline
   */
  send(message: QueueMessage): Promise<void>;
  /** Sends the entries that wait for a full batch. */
  flush(): void;
}

interface Pending {
  message: QueueMessage;
  bytes: number;
  accepted: () => void;
  refused: (error: SendError) => void;
}

/**
 * Sends to one queue, filling batches of ten across its callers. A batch is sent when it is full, or half a second after
 * its first message. Refused entries and failed requests are retried with full jitter until `deadlineAt` (epoch
 * milliseconds).
 */
export function createQueueSender(options: {
  sqs: SQSClient;
  queueUrl: string;
  clock: Clock;
  random: () => number;
  log: Log;
  deadlineAt: number;
}): QueueSender {
  const { sqs, queueUrl, clock, log, deadlineAt } = options;
  let filling: Pending[] = [];
  const full: Pending[][] = [];
  let inFlight = 0;

  function enqueue(entry: Pending): void {
    if (filling.length > 0 && bytesOf(filling) + entry.bytes > BATCH_BYTES) flush();
    filling.push(entry);
    if (filling.length === BATCH_ENTRIES) flush();
    else if (filling.length === 1) flushLater(filling);
  }

  function flushLater(batch: Pending[]): void {
    void clock.sleep(LINGER_MS).then(() => {
      if (filling === batch) flush();
    });
  }

  function flush(): void {
    if (filling.length === 0) return;
    full.push(filling);
    filling = [];
    sendNext();
  }

  function sendNext(): void {
    if (inFlight === CONCURRENT_BATCHES) return;
    const batch = full.shift();
    if (batch === undefined) return;
    inFlight += 1;
    void sendUntilAccepted(batch).finally(() => {
      inFlight -= 1;
      sendNext();
    });
  }

  async function sendUntilAccepted(batch: Pending[]): Promise<void> {
    let waiting = batch;
    // If the queue does not answer, each batch would otherwise take another full request timeout.
    if (clock.now() >= deadlineAt) {
      const error = new SendError(`there was no time left to send ${batch.length} messages to SQS`);
      for (const entry of batch) entry.refused(error);
      return;
    }
    for (let attempts = 1; ; attempts += 1) {
      const { refused, cause } = await sendOnce(waiting);
      waiting = refused;
      if (waiting.length === 0) return;
      const waitMs = fullJitterMs(attempts, RETRY_BASE_MS, RETRY_CAP_MS, options.random);
      log.warn({
        event: "send_retried",
        queueUrl,
        entries: waiting.length,
        attempts,
        error: cause,
      });
      if (clock.now() + waitMs >= deadlineAt) {
        const error = new SendError(`SQS did not accept ${waiting.length} messages in ${attempts} attempts`, {
          cause,
        });
        for (const entry of waiting) entry.refused(error);
        return;
      }
      await clock.sleep(waitMs);
    }
  }

  async function sendOnce(batch: Pending[]): Promise<{ refused: Pending[]; cause?: unknown }> {
    try {
      const startedAt = clock.now();
      const { Successful = [], Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(toEntry) }),
      );
      log.debug({
        event: "batch_sent",
        queueUrl,
        accepted: Successful.length,
        refused: Failed.length,
        durationMs: clock.now() - startedAt,
      });
      const accepted = new Set(Successful.map(({ Id }) => Id));
      batch.forEach((entry, index) => {
        if (accepted.has(String(index))) entry.accepted();
      });
      const [first] = Failed;
      return {
        refused: batch.filter((_, index) => !accepted.has(String(index))),
        cause: new Error(`${first?.Code ?? "no answer"}: ${first?.Message ?? "no reason given"}`),
      };
    } catch (cause) {
      return { refused: batch, cause };
    }
  }

  return {
    send: (message) =>
      new Promise((accepted, refused) => {
        enqueue({ message, bytes: messageBytes(message), accepted, refused });
      }),
    flush,
  };
}

function toEntry({ message }: Pending, index: number): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: message.body,
    ...(message.delaySeconds === undefined ? {} : { DelaySeconds: message.delaySeconds }),
    ...(message.attributes === undefined ? {} : { MessageAttributes: textAttributes(message.attributes) }),
  };
}

function textAttributes(attributes: Record<string, string>): Record<string, MessageAttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
}

function bytesOf(batch: readonly Pending[]): number {
  return batch.reduce((sum, entry) => sum + entry.bytes, 0);
}

function messageBytes({ body, attributes = {} }: QueueMessage): number {
  const parts = Object.entries(attributes).map(([name, value]) => `${name}String${value}`);
  return Buffer.byteLength(body) + Buffer.byteLength(parts.join(""));
}
