import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import pLimit from "p-limit";

import { fullJitterMs } from "../backoff.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { MeasurementItem } from "../measurement/item.ts";
import { isRejection, isThrottle, isTransient } from "./storage-error.ts";

/** BatchWriteItem's limit. */
const BATCH_ITEMS = 25;

/** BatchWriteItem requests in flight at once: enough for a batch of 500 messages. */
const CONCURRENT_REQUESTS = 20;

const RETRY_BASE_MS = 50;
const RETRY_CAP_MS = 5_000;

/**
 * Attempts at a request that fails as a whole for a reason other than throttling. An outage is not waited out here: the
 * messages go back to the queue, which can wait for days.
 */
const TRANSIENT_ATTEMPTS = 4;

/** What happened to one item. */
export type WriteOutcome =
  | { outcome: "stored" }
  /** DynamoDB says this item can never be stored. */
  | { outcome: "rejected"; detail: string }
  /** The table could not take it this time. */
  | { outcome: "failed"; cause: unknown };

export interface WriteReport {
  /** One per item, in the order given. */
  outcomes: WriteOutcome[];
  /** Items that DynamoDB returned because it was too busy, counted each time. */
  throttled: number;
}

interface Entry {
  item: MeasurementItem;
  index: number;
}

export interface MeasurementWriter {
  /**
   * Writes items with distinct keys, 25 per request. Never throws; each item has its own outcome. Throttled items are
   * retried with full jitter until `deadlineAt` (epoch milliseconds).
   */
  write(items: readonly MeasurementItem[], deadlineAt: number): Promise<WriteReport>;
}

export function createMeasurementWriter(options: {
  dynamodb: DynamoDBClient;
  table: string;
  clock: Clock;
  random: () => number;
  log: Log;
}): MeasurementWriter {
  return {
    async write(items, deadlineAt) {
      const write = new Write(options, deadlineAt);
      const chunks = chunk(items.map((item, index) => ({ item, index })));
      await pLimit(CONCURRENT_REQUESTS).map(chunks, (entries) => write.chunk(entries));
      return { outcomes: items.map((_, index) => write.outcome(index)), throttled: write.throttled };
    },
  };
}

/** The state of one call of `write`. */
class Write {
  throttled = 0;
  readonly #outcomes = new Map<number, WriteOutcome>();
  readonly #options: Parameters<typeof createMeasurementWriter>[0];
  readonly #deadlineAt: number;

  constructor(options: Parameters<typeof createMeasurementWriter>[0], deadlineAt: number) {
    this.#options = options;
    this.#deadlineAt = deadlineAt;
  }

  outcome(index: number): WriteOutcome {
    return (
      this.#outcomes.get(index) ?? {
        outcome: "failed",
        cause: new Error("there was no time left to write it"),
      }
    );
  }

  /** Writes the items of one request until each has an outcome. */
  async chunk(entries: Entry[]): Promise<void> {
    let waiting = entries;
    for (let attempts = 1; ; attempts += 1) {
      if (this.#options.clock.now() >= this.#deadlineAt) return;
      const { unprocessed, error } = await this.#send(waiting);
      if (error !== undefined && isRejection(error)) return this.#findRejected(waiting, error);
      this.#settle(waiting, unprocessed);
      if (unprocessed.length === 0) return;
      const cause = error ?? new Error(`DynamoDB left ${unprocessed.length} items unprocessed`);
      const isBusy = error === undefined || isThrottle(error);
      if (isBusy) this.throttled += unprocessed.length;
      const mayRetry = isBusy || (isTransient(error) && attempts < TRANSIENT_ATTEMPTS);
      if (!mayRetry || !(await this.#wait(attempts))) return this.#fail(unprocessed, cause);
      waiting = unprocessed;
    }
  }

  async #send(entries: Entry[]): Promise<{ unprocessed: Entry[]; error?: unknown }> {
    const { dynamodb, table, clock, log } = this.#options;
    const startedAt = clock.now();
    const Requests = entries.map(({ item }) => ({ PutRequest: { Item: item } }));
    try {
      const { UnprocessedItems } = await dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: Requests } }),
      );
      const left = UnprocessedItems?.[table];
      log.debug({
        event: "batch_written",
        items: entries.length,
        unprocessed: left?.length ?? 0,
        durationMs: clock.now() - startedAt,
      });
      if (left === undefined || left.length === 0) return { unprocessed: [] };
      const keys = new Set(left.map(({ PutRequest }) => keyOf(PutRequest?.Item)));
      return { unprocessed: entries.filter(({ item }) => keys.has(keyOf(item))) };
    } catch (error) {
      return { unprocessed: entries, error };
    }
  }

  /** One bad item makes DynamoDB reject the whole request. Halves the request until the bad item is alone. */
  async #findRejected(entries: Entry[], error: unknown): Promise<void> {
    const [only, ...others] = entries;
    if (only !== undefined && others.length === 0) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#outcomes.set(only.index, { outcome: "rejected", detail });
      return;
    }
    const half = Math.ceil(entries.length / 2);
    await this.chunk(entries.slice(0, half));
    await this.chunk(entries.slice(half));
  }

  #settle(sent: readonly Entry[], unprocessed: readonly Entry[]): void {
    const left = new Set(unprocessed);
    for (const entry of sent) if (!left.has(entry)) this.#outcomes.set(entry.index, { outcome: "stored" });
  }

  #fail(entries: readonly Entry[], cause: unknown): void {
    this.#options.log.warn({ event: "write_failed", items: entries.length, error: cause });
    for (const { index } of entries) this.#outcomes.set(index, { outcome: "failed", cause });
  }

  /** Waits before the next attempt; false if there is no time for one. */
  async #wait(attempts: number): Promise<boolean> {
    const { clock, random } = this.#options;
    const waitMs = fullJitterMs(attempts, RETRY_BASE_MS, RETRY_CAP_MS, random);
    if (clock.now() + waitMs >= this.#deadlineAt) return false;
    await clock.sleep(waitMs);
    return true;
  }
}

function chunk(entries: Entry[]): Entry[][] {
  const chunks: Entry[][] = [];
  for (let start = 0; start < entries.length; start += BATCH_ITEMS)
    chunks.push(entries.slice(start, start + BATCH_ITEMS));
  return chunks;
}

function keyOf(item: MeasurementItem | undefined): string {
  return `${item?.device_id?.S} ${item?.measurement_key?.S}`;
}
