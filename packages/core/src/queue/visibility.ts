import { ChangeMessageVisibilityBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";

import type { Log } from "../log.ts";

/** ChangeMessageVisibilityBatch's limit of entries. */
const BATCH_ENTRIES = 10;

const FIRST_WAIT_SECONDS = 30;
const MAX_WAIT_SECONDS = 3_600;

/** A message that goes back to the queue. */
export interface Returned {
  receiptHandle: string;
  /** How many times it has been received, including this one. */
  receiveCount: number;
  /** When it is to come back; as `restSeconds` says unless something else is known. */
  restSeconds?: number | undefined;
}

/**
 * How long a message rests after its `receiveCount`-th failure: 30 seconds, then twice as long each time, up to an hour. A
 * 12-hour outage of the table costs a message about 18 receives.
 */
export function restSeconds(receiveCount: number): number {
  return Math.min(MAX_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** Math.max(0, receiveCount - 1));
}

/**
 * Stretches the visibility of messages that could not be stored. Never throws: a message whose visibility stays as it is
 * comes back after the queue's own visibility timeout, which is also long enough.
 */
export async function stretchVisibility(
  messages: readonly Returned[],
  options: { sqs: SQSClient; queueUrl: string; log: Log },
): Promise<void> {
  const batches: Returned[][] = [];
  for (let start = 0; start < messages.length; start += BATCH_ENTRIES)
    batches.push(messages.slice(start, start + BATCH_ENTRIES));
  await Promise.all(batches.map((batch) => stretchBatch(batch, options)));
}

async function stretchBatch(
  batch: readonly Returned[],
  options: { sqs: SQSClient; queueUrl: string; log: Log },
): Promise<void> {
  const { sqs, queueUrl, log } = options;
  const Entries = batch.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.receiptHandle,
    VisibilityTimeout: message.restSeconds ?? restSeconds(message.receiveCount),
  }));
  try {
    const { Failed = [] } = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }),
    );
    if (Failed.length > 0)
      log.warn({ event: "visibility_not_stretched", messages: Failed.length, code: Failed[0]?.Code });
  } catch (error) {
    log.warn({ event: "visibility_not_stretched", messages: batch.length, error });
  }
}
