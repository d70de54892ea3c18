import type { SQSClient } from "@aws-sdk/client-sqs";

import type { Late } from "../archive/late.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { measurementItem } from "../measurement/item.ts";
import { measurementKey } from "../measurement/measurement.ts";
import { isOfMeter } from "../measurement/obis.ts";
import { delaySeconds, rangesOf, type StoredRange, serializeRange } from "../profile/message.ts";
import { type MeasurementMessage, parseMessage } from "../queue/message.ts";
import { createQuarantine, type Poison } from "../queue/quarantine.ts";
import type { ReceivedMessage } from "../queue/received.ts";
import type { QueueSender } from "../queue/sender.ts";
import { stretchVisibility } from "../queue/visibility.ts";
import type { MeasurementWriter } from "./writer.ts";

export interface ConsumerContext {
  writer: MeasurementWriter;
  dlq: QueueSender;
  /** Where the profiler is told what was stored. */
  profiles: QueueSender;
  /** Seconds that such a message may wait for the end of its quarter-hour. */
  longestDelay: number;
  /** Where the archiver is told of days that it may have been at already. */
  late: Pick<Late, "measured">;
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
  /** Time stored minus time measured, for each stored measurement of a meter. */
  ingestLagsMs: number[];
}

/** One measurement and every message of the batch that carried it. */
interface Group {
  measurement: MeasurementMessage;
  messages: ReceivedMessage[];
}

/**
 * Stores a batch. Every message ends in one of three ways: its measurement is stored and profiler and archiver know of it, it is in the DLQ
 * with its reason, or its id is among `failedMessageIds`.
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

function isWithin({ device_id, timestamp }: MeasurementMessage, range: StoredRange): boolean {
  return device_id === range.device_id && timestamp >= range.from && timestamp <= range.to;
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
    const stored: Group[] = [];
    groups.forEach((group, index) => {
      const { measurement, messages } = group;
      const written = outcomes[index];
      if (written?.outcome === "stored") {
        stored.push(group);
        this.summary.stored += 1;
        // A device repeats what it knows of itself for hours: its age says nothing of the collector.
        if (isOfMeter(measurement.measurement_type))
          this.summary.ingestLagsMs.push(storedAt - measurement.timestamp);
      } else if (written?.outcome === "rejected") {
        const body = messages[0]?.body ?? "";
        rejections.push(
          this.quarantine(messages, { reason: "rejected_by_dynamodb", detail: written.detail, body }),
        );
      } else this.#failed.push(...messages);
    });
    dlq.flush();
    await Promise.all([...rejections, this.#tellProfiler(stored), this.#tellArchiver(stored)]);
  }

  /** As with the profiler. */
  async #tellArchiver(stored: readonly Group[]): Promise<void> {
    const { late, log } = this.#context;
    try {
      await late.measured(stored.map(({ measurement }) => measurement.timestamp));
    } catch (error) {
      log.error({ event: "archiver_not_told", error });
      this.#failed.push(...stored.flatMap(({ messages }) => messages));
    }
  }

  /** What the profiler cannot be told goes back to the queue: it is stored once more, which changes nothing, and told then. */
  async #tellProfiler(stored: readonly Group[]): Promise<void> {
    const { profiles, longestDelay, clock, log } = this.#context;
    const sent = rangesOf(stored.map(({ measurement }) => measurement)).map(async (range) => {
      try {
        await profiles.send({
          body: serializeRange(range),
          delaySeconds: delaySeconds(range, clock.now(), longestDelay),
        });
      } catch (error) {
        log.error({ event: "profiler_not_told", device_id: range.device_id, error });
        const untold = stored.filter(({ measurement }) => isWithin(measurement, range));
        this.#failed.push(...untold.flatMap(({ messages }) => messages));
      }
    });
    profiles.flush();
    await Promise.all(sent);
  }

  async giveBack(): Promise<void> {
    // One that neither profiler nor archiver could be told of is there twice.
    this.summary.failedMessageIds = [...new Set(this.#failed.map(({ messageId }) => messageId))];
    if (this.#failed.length > 0) await stretchVisibility([...new Set(this.#failed)], this.#context);
  }
}
