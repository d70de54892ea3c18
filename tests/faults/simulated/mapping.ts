import type { Clock } from "@energylive/core/clock";
import { sqsRecord } from "@energylive/local/pipeline/record";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

import type { QueuedMessage, SimulatedQueue } from "./queue.ts";

/** How often the queue is looked at when nothing is sent and nothing becomes visible. */
const LONGEST_LOOK_MS = 3_600_000;
/** … and when all invocations are busy. */
const BUSY_LOOK_MS = 100;

export interface SimulatedMapping {
  invocations: number;
  /** The most messages of one invocation. */
  largestBatch: number;
  /** Most invocations at once. */
  mostConcurrent: number;
  stop(): void;
}

/**
 * Lambda's event source mapping under the simulated clock: batches of `batchSize` within `windowSeconds`, `maximumConcurrency` invocations at once. What the handler does not name as failed is deleted.
 */
export function startSimulatedMapping(options: {
  clock: Clock;
  queue: SimulatedQueue;
  settings: { batchSize: number; windowSeconds: number; maximumConcurrency: number };
  handler: (event: SQSEvent) => Promise<SQSBatchResponse>;
}): SimulatedMapping {
  const { clock, queue, handler } = options;
  const { batchSize, windowSeconds, maximumConcurrency } = options.settings;
  let isStopped = false;
  let running = 0;
  const mapping: SimulatedMapping = {
    invocations: 0,
    largestBatch: 0,
    mostConcurrent: 0,
    stop() {
      isStopped = true;
    },
  };

  async function gather(): Promise<QueuedMessage[]> {
    const batch = queue.receive(batchSize);
    if (batch.length === 0 || batch.length === batchSize) return batch;
    await clock.sleep(windowSeconds * 1000);
    return [...batch, ...queue.receive(batchSize - batch.length)];
  }

  async function invoke(batch: QueuedMessage[]): Promise<void> {
    running += 1;
    mapping.invocations += 1;
    mapping.largestBatch = Math.max(mapping.largestBatch, batch.length);
    mapping.mostConcurrent = Math.max(mapping.mostConcurrent, running);
    const { batchItemFailures } = await handler({ Records: batch.map(record) });
    running -= 1;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, receiptHandle } of batch) if (!failed.has(id)) queue.delete(receiptHandle);
  }

  /** As a long poll does, without its limit of 20 seconds. */
  async function waitForMessages(): Promise<void> {
    const change = new AbortController();
    queue.onChange = () => change.abort();
    await clock.sleep(Math.min(LONGEST_LOOK_MS, queue.nextVisibleAt - clock.now()), change.signal);
  }

  async function poll(): Promise<void> {
    while (!isStopped) {
      if (running === maximumConcurrency) {
        await clock.sleep(BUSY_LOOK_MS);
        continue;
      }
      const batch = await gather();
      if (batch.length > 0) void invoke(batch);
      else await waitForMessages();
    }
  }

  void poll();
  return mapping;
}

function record({ id, body, receiptHandle, receiveCount, sentAt }: QueuedMessage): SQSRecord {
  return sqsRecord({
    MessageId: id,
    ReceiptHandle: receiptHandle,
    Body: body,
    Attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentAt) },
  });
}
