import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateQuery,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

import type { Clock } from "../clock.ts";

/** What the archiver waits for after the end of a day, for what is under way. Whatever is stored later is late. */
const SETTLE_MS = 2 * 3_600_000;

const DAY_MS = 86_400_000;

/** A process marks a day so often at most: after an outage every batch is late. */
const MARK_AGAIN_MS = 60_000;

/** A mark may stand for what is stored as long after it; then the archiver looks. */
const MARK_SETTLED_MS = 5 * MARK_AGAIN_MS;

/** Instead of the id of a device: no device has such a one. */
export const ARCHIVE = "archive";

/** A day that was archived before something of it was stored. */
export interface LateDay {
  /** `2026-11-25`, UTC. */
  day: string;
  /** Epoch milliseconds. */
  marked_at: number;
  /** The archivers that have written their part of it anew. */
  done: ReadonlySet<string>;
}

/** Days that the archive has to be told of again. DynamoDB errors pass through. */
export interface LateDays {
  /** Notes the days of measurement times that the archiver may have been at already. */
  mark(timestamps: Iterable<number>): Promise<void>;
  /** Those whose measurements are stored by now. */
  all(): Promise<LateDay[]>;
  /** An archiver has written its part. What was stored since the day was read stays late. */
  finish(day: LateDay, archiver: { index: number; total: number }): Promise<void>;
}

/** The UTC day that contains `at`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, "2026-11-25".length);
}

/** The last day that may be archived. */
export function lastSettledDay(now: number): string {
  return utcDay(now - SETTLE_MS - DAY_MS);
}

/** Beside the alerts, in the table of what others have to be told. */
export function createLateDays(options: { dynamodb: DynamoDBClient; table: string; clock: Clock }): LateDays {
  const { dynamodb, table, clock } = options;
  const marked = new Map<string, number>();
  const keyOf = (day: string) => ({ device_id: { S: ARCHIVE }, alert_key: { S: day } });

  async function markDay(day: string, now: number): Promise<void> {
    if (now - (marked.get(day) ?? 0) < MARK_AGAIN_MS) return;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(day),
        UpdateExpression: "SET marked_at = :now REMOVE done",
        ExpressionAttributeValues: { ":now": { N: String(now) } },
      }),
    );
    marked.set(day, now);
  }

  return {
    async mark(timestamps) {
      const now = clock.now();
      const settled = lastSettledDay(now);
      const days = new Set<string>();
      for (const timestamp of timestamps) days.add(utcDay(timestamp));
      await Promise.all([...days].filter((day) => day <= settled).map((day) => markDay(day, now)));
    },

    async all() {
      const found: LateDay[] = [];
      const pages = paginateQuery(
        { client: dynamodb },
        {
          TableName: table,
          KeyConditionExpression: "device_id = :archive",
          ExpressionAttributeValues: { ":archive": { S: ARCHIVE } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages)
        for (const { alert_key, marked_at, done } of Items)
          found.push({
            day: alert_key?.S ?? "",
            marked_at: Number(marked_at?.N ?? 0),
            done: new Set(done?.SS ?? []),
          });
      return found.filter(({ marked_at }) => marked_at <= clock.now() - MARK_SETTLED_MS);
    },

    async finish({ day, marked_at }, { index, total }) {
      const unchanged = {
        TableName: table,
        Key: keyOf(day),
        ConditionExpression: "marked_at = :read",
      };
      const read = { ":read": { N: String(marked_at) } };
      try {
        const { Attributes = {} } = await dynamodb.send(
          new UpdateItemCommand({
            ...unchanged,
            UpdateExpression: "ADD done :me",
            ExpressionAttributeValues: { ...read, ":me": { SS: [archiverName({ index, total })] } },
            ReturnValues: "ALL_NEW",
          }),
        );
        const done = (Attributes.done?.SS ?? []).filter((name) => name.endsWith(`/${total}`));
        if (done.length < total) return;
        await dynamodb.send(new DeleteItemCommand({ ...unchanged, ExpressionAttributeValues: read }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

/** Of those of now: where their number has changed, all of them look again. */
export function archiverName({ index, total }: { index: number; total: number }): string {
  return `${index}/${total}`;
}
