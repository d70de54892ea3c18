import type { SQSClient } from "@aws-sdk/client-sqs";

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { measurementItem } from "../measurement/item.ts";
import { measurementKey } from "../measurement/measurement.ts";
import { type MeasurementMessage, parseMessage } from "../queue/message.ts";
import { createQuarantine, type Poison } from "../queue/quarantine.ts";
import type { QueueSender } from "../queue/sender.ts";
import { stretchVisibility } from "./visibility.ts";
import type { MeasurementWriter } from "./writer.ts";

/** A message as received from the queue. */
export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  /** How many times it has been received, including this one. */
  receiveCount: number;
}

export interface ConsumerContext {
  writer: MeasurementWriter;
  dlq: QueueSender;
  sqs: SQSClient;
  queueUrl: string;
  clock: Clock;
  log: Log;
  /** Epoch milliseconds. Messages not stored by then go back to the queue. */
  deadlineAt: number;
}

export interface ConsumerSummary {
  /** The messages that go back to the queue; all others are finished. */
  failedMessageIds: string[];
  stored: number;
  /** Messages that carried the same measurement as another message of the batch. */
  duplicate: number;
  quarantined: number;
  throttled: number;
  /** Time stored minus time measured, for each stored measurement. */
  ingestLagsMs: number[];
}

/** One measurement and every message of the batch that carried it. */
interface Group {
  measurement: MeasurementMessage;
  messages: ReceivedMessage[];
}

/**
 * Stores a batch. Every message ends in one of three ways: its measurement is stored, it is in the DLQ with its reason, or
 * its id is among `failedMessageIds`.
 */
export async function runConsumer(
  messages: readonly ReceivedMessage[],
  context: ConsumerContext,
): Promise<ConsumerSummary> {
  const { groups, poison } = sort(messages);
  const batch = new Batch(context);
  const quarantines = poison.map(([message, reason]) => batch.quarantine([message], reason));
  // Send poison while the measurements are written; what the writer rejects follows.
  context.dlq.flush();
  await batch.store(groups);
  context.dlq.flush();
  await Promise.all(quarantines);
  await batch.giveBack();
  batch.summary.duplicate = groups.reduce((sum, group) => sum + group.messages.length - 1, 0);
  return batch.summary;
}

/** Separates measurements from poison, and merges the messages of one measurement. */
function sort(messages: readonly ReceivedMessage[]): {
  groups: Group[];
  poison: [ReceivedMessage, Poison][];
} {
  const groups = new Map<string, Group>();
  const poison: [ReceivedMessage, Poison][] = [];
  for (const message of messages) {
    const { message: measurement, poison: problem } = parseMessage(message.body);
    if (problem !== undefined) {
      poison.push([message, { ...problem, body: message.body }]);
      continue;
    }
    const key = `${measurement.device_id} ${measurementKey(measurement)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { measurement, messages: [message] });
    else if (group.measurement.value === measurement.value) {
      group.messages.push(message);
      group.measurement = earlier(group.measurement, measurement);
    } else poison.push([message, conflict(message, measurement)]);
  }
  return { groups: [...groups.values()], poison };
}

/** Prefers the measurement collected first, so the order of the batch changes nothing. */
function earlier(a: MeasurementMessage, b: MeasurementMessage): MeasurementMessage {
  return b.collection_time < a.collection_time ? b : a;
}

function conflict(message: ReceivedMessage, measurement: MeasurementMessage): Poison {
  const { device_id, measurement_type, timestamp } = measurement;
  return {
    reason: "conflicting_value",
    detail: `another message of the batch has a different value for ${measurement_type} of ${device_id} at ${timestamp}`,
    body: message.body,
  };
}

/** The state of one invocation. */
class Batch {
  readonly summary: ConsumerSummary = {
    failedMessageIds: [],
    stored: 0,
    duplicate: 0,
    quarantined: 0,
    throttled: 0,
    ingestLagsMs: [],
  };
  readonly #context: ConsumerContext;
  readonly #quarantine;
  readonly #failed: ReceivedMessage[] = [];

  constructor(context: ConsumerContext) {
    this.#context = context;
    this.#quarantine = createQuarantine({ dlq: context.dlq, clock: context.clock, failedIn: "consumer" });
  }

  /** If a message cannot be quarantined it goes back to the queue, so it is not lost. */
  async quarantine(messages: readonly ReceivedMessage[], poison: Poison): Promise<void> {
    const { log } = this.#context;
    try {
      await this.#quarantine(poison);
      this.summary.quarantined += messages.length;
      log.warn({
        event: "message_quarantined",
        messageId: messages[0]?.messageId,
        reason: poison.reason,
        detail: poison.detail,
      });
    } catch (error) {
      log.error({ event: "quarantine_failed", messages: messages.length, error });
      this.#failed.push(...messages);
    }
  }

  async store(groups: readonly Group[]): Promise<void> {
    if (groups.length === 0) return;
    const { writer, clock, deadlineAt, dlq } = this.#context;
    const items = groups.map(({ measurement }) => measurementItem(measurement));
    const { outcomes, throttled } = await writer.write(items, deadlineAt);
    this.summary.throttled += throttled;
    const storedAt = clock.now();
    const rejections: Promise<void>[] = [];
    groups.forEach(({ measurement, messages }, index) => {
      const written = outcomes[index];
      if (written?.outcome === "stored") {
        this.summary.stored += 1;
        this.summary.ingestLagsMs.push(storedAt - measurement.timestamp);
      } else if (written?.outcome === "rejected") {
        const body = messages[0]?.body ?? "";
        rejections.push(
          this.quarantine(messages, { reason: "rejected_by_dynamodb", detail: written.detail, body }),
        );
      } else this.#failed.push(...messages);
    });
    dlq.flush();
    await Promise.all(rejections);
  }

  async giveBack(): Promise<void> {
    this.summary.failedMessageIds = this.#failed.map(({ messageId }) => messageId);
    if (this.#failed.length > 0) await stretchVisibility(this.#failed, this.#context);
  }
}
