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

/** A process notes a period so often at most: after an outage every batch is late. */
const NOTE_AGAIN_MS = 60_000;

/** A note may stand for what is stored as long after it; then the archiver looks. */
const NOTE_SETTLED_MS = 5 * NOTE_AGAIN_MS;

/** Instead of the id of a device: no device has such a one. */
export const ARCHIVE = "archive";

/** What was archived before something of it was stored. */
export interface LatePeriod {
  /** A day of measurements, `2026-11-25`, UTC; or a month of load profiles, `2026-11`. */
  period: string;
  /** Epoch milliseconds. */
  noted_at: number;
  /** The archivers that have written their part of it anew. */
  done: ReadonlySet<string>;
}

/** What the archive has to be told of again. DynamoDB errors pass through. */
export interface Late {
  /** Notes the days of measurement times that the archiver may have been at already. */
  measured(timestamps: Iterable<number>): Promise<void>;
  /** Notes the month of a load profile, unless it is written every night anyway. @param day `2026-11-25` */
  profiled(day: string): Promise<void>;
  /** What was noted, as far as all of it is stored by now. */
  all(): Promise<LatePeriod[]>;
  /** An archiver has written its part. What was stored since the note was read stays late. */
  finish(late: LatePeriod, archiver: Archiver): Promise<void>;
}

/** One of the archivers that share the work. */
export interface Archiver {
  index: number;
  total: number;
}

/** The UTC day that contains `at`. */
export function utcDay(at: number): string {
  return new Date(at).toISOString().slice(0, "2026-11-25".length);
}

/** The month of a day. */
export function monthOf(day: string): string {
  return day.slice(0, "2026-11".length);
}

/** The last day that may be archived. */
export function lastSettledDay(now: number): string {
  return utcDay(now - SETTLE_MS - DAY_MS);
}

/** The months, one or two, of which load profiles are still written: where a clock is far behind UTC, a day ends on the next one. */
export function growingMonths(now: number): string[] {
  const settled = lastSettledDay(now);
  return [...new Set([utcDay(Date.parse(settled) - DAY_MS), settled].map(monthOf))];
}

/** Beside the alerts, in the table of what others have to be told. */
export function createLate(options: { dynamodb: DynamoDBClient; table: string; clock: Clock }): Late {
  const { dynamodb, table, clock } = options;
  const noted = new Map<string, number>();
  const keyOf = (period: string) => ({ device_id: { S: ARCHIVE }, alert_key: { S: period } });

  async function note(period: string, now: number): Promise<void> {
    if (now - (noted.get(period) ?? 0) < NOTE_AGAIN_MS) return;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(period),
        UpdateExpression: "SET noted_at = :now REMOVE done",
        ExpressionAttributeValues: { ":now": { N: String(now) } },
      }),
    );
    noted.set(period, now);
  }

  return {
    async measured(timestamps) {
      const now = clock.now();
      const settled = lastSettledDay(now);
      const days = new Set<string>();
      for (const timestamp of timestamps) days.add(utcDay(timestamp));
      await Promise.all([...days].filter((day) => day <= settled).map((day) => note(day, now)));
    },

    async profiled(day) {
      const now = clock.now();
      const [first = ""] = growingMonths(now);
      if (monthOf(day) < first) await note(monthOf(day), now);
    },

    async all() {
      const found: LatePeriod[] = [];
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
        for (const { alert_key, noted_at, done } of Items)
          found.push({
            period: alert_key?.S ?? "",
            noted_at: Number(noted_at?.N ?? 0),
            done: new Set(done?.SS ?? []),
          });
      return found.filter(({ noted_at }) => noted_at <= clock.now() - NOTE_SETTLED_MS);
    },

    async finish({ period, noted_at }, archiver) {
      const unchanged = { TableName: table, Key: keyOf(period), ConditionExpression: "noted_at = :read" };
      const read = { ":read": { N: String(noted_at) } };
      try {
        const { Attributes = {} } = await dynamodb.send(
          new UpdateItemCommand({
            ...unchanged,
            UpdateExpression: "ADD done :me",
            ExpressionAttributeValues: { ...read, ":me": { SS: [archiverName(archiver)] } },
            ReturnValues: "ALL_NEW",
          }),
        );
        const ofNow = (Attributes.done?.SS ?? []).filter((name) => name.endsWith(`/${archiver.total}`));
        if (ofNow.length < archiver.total) return;
        await dynamodb.send(new DeleteItemCommand({ ...unchanged, ExpressionAttributeValues: read }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

/** Of those of now: where their number has changed, all of them look again. */
export function archiverName({ index, total }: Archiver): string {
  return `${index}/${total}`;
}
