import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { serializeMessage } from "@energylive/core/queue/message";
import { createQuarantine, elementEnvelope, type Poison } from "@energylive/core/queue/quarantine";
import type { Queues } from "@energylive/core/queue/queues";
import { createQueueSender, type QueueSender } from "@energylive/core/queue/sender";

import { FailedError } from "../errors.ts";
import { logDestination } from "../terminal/log.ts";
import type { OldMeasurement } from "./old-item.ts";
import type { Refused } from "./plan.ts";

/** Sent before the next are. An import that is stopped goes on behind the last whole chunk. */
const CHUNK = 1_000;

/** SQS is away, if it has not taken a chunk by then. */
const PATIENCE_MS = 60_000;

export interface Sending {
  queues: Queues;
  /** How long the measurements of a device are kept. */
  retentionOf: (deviceId: string) => number;
  signal: AbortSignal;
  onProgress: (sent: number) => void;
  /** Where to go on, as `--resume` takes it, after a failure or Ctrl-C. */
  goOn: (position: string) => string;
}

/**
 * Publishes measurements like those of a poll, then what cannot be stored.
 *
 * @throws {FailedError} when it was stopped or SQS is away, with how to go on
 */
export async function sendImport(
  measurements: readonly OldMeasurement[],
  refused: readonly Refused[],
  sending: Sending,
): Promise<void> {
  const { queues, signal } = sending;
  for (let sent = 0; sent < measurements.length; sent += CHUNK) {
    const chunk = measurements.slice(sent, sent + CHUNK);
    const stopped = (reason: string, cause?: unknown) =>
      new FailedError(`stopped after ${sent} of ${measurements.length} measurements${reason}`, {
        advice: sending.goOn(positionOf(chunk[0])),
        cause,
      });
    if (signal.aborted) throw stopped("");
    try {
      await sendChunk(queues, queues.queueUrl, (sender) =>
        chunk.map((measurement) => sender.send({ body: bodyOf(measurement, sending) })),
      );
    } catch (cause) {
      throw stopped(`: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
    sending.onProgress(sent + chunk.length);
  }
  const now = new Date().toISOString();
  await sendChunk(queues, queues.dlqUrl, (dlq) => {
    const quarantine = createQuarantine({ dlq, clock: systemClock, failedIn: "import" });
    return refused.map((one) => quarantine(poisonOf(one, now, sending)));
  });
}

async function sendChunk(
  { sqs }: Queues,
  queueUrl: string,
  send: (sender: QueueSender) => Promise<void>[],
): Promise<void> {
  const sender = createQueueSender({
    sqs,
    queueUrl,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent", destination: logDestination() }),
    deadlineAt: Date.now() + PATIENCE_MS,
  });
  const sends = send(sender);
  sender.flush();
  await Promise.all(sends);
}

function bodyOf({ collected, ...measurement }: OldMeasurement, { retentionOf }: Sending): string {
  return serializeMessage({
    ...measurement,
    collection_time: new Date(collected).toISOString(),
    retention_days: retentionOf(measurement.device_id),
  });
}

function poisonOf({ place, problem, raw, conflict }: Refused, now: string, sending: Sending): Poison {
  const detail = `${place}: ${problem}`;
  return conflict === undefined
    ? { reason: "invalid_element", detail, body: elementEnvelope(undefined, now, raw) }
    : { reason: "conflicting_value", detail, body: bodyOf(conflict, sending) };
}

/** `I-10082023-01658401@1726559995000`: this measurement and all behind it are not sent yet. */
function positionOf(measurement: OldMeasurement | undefined): string {
  return measurement === undefined ? "" : `${measurement.device_id}@${measurement.timestamp}`;
}
