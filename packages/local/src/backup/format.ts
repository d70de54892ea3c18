import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as z from "zod";

/**
 * A backup is a gzipped file of JSON lines: the header, what the stack held, and at last how much that was, so a file that was
 * cut off is noticed. It does not depend on how the embedded services keep their data.
 */
export const BackupHeader = z.object({
  energylive_backup: z.literal(1),
  created_at: z.iso.datetime(),
  kind: z.enum(["simulated", "account"]),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

export const TABLES = ["devices", "measurements", "profiles", "prices", "tariffs", "alerts"] as const;
export type BackedUpTable = (typeof TABLES)[number];

export const QUEUES = ["measurementQueue", "measurementDlq", "profileQueue", "profileDlq"] as const;
export type BackedUpQueue = (typeof QUEUES)[number];

/** How many of each there are. */
export const BackupCounts = z.object({
  keys: z.int(),
  devices: z.int(),
  messages: z.int(),
  measurements: z.int(),
  profiles: z.int(),
  /** None in a backup of an earlier version. */
  prices: z.int().default(0),
  tariffs: z.int().default(0),
  alerts: z.int().default(0),
});
export type BackupCounts = z.infer<typeof BackupCounts>;

export const BackupKey = z.object({ key: z.string(), value: z.string(), set_at: z.string().optional() });
export type BackupKey = z.infer<typeof BackupKey>;

/** A small file of the stack's folder. */
const BackupNote = z.object({ note: z.string().regex(/^[\w-]+\.json$/), text: z.string() });

export const BackupMessage = z.object({
  queue: z.enum(QUEUES),
  body: z.string(),
  attributes: z.record(z.string(), z.string()),
});
export type BackupMessage = z.infer<typeof BackupMessage>;

/** An item in DynamoDB's own JSON, with all digits of its numbers. */
const BackupItem = z.object({
  table: z.enum(TABLES),
  item: z.record(
    z.string(),
    z.custom<AttributeValue>((value) => typeof value === "object" && value !== null),
  ),
});

const BackupEnd = z.object({ end: BackupCounts });

export const BackupLine = z.union([BackupItem, BackupMessage, BackupKey, BackupNote, BackupEnd]);
export type BackupLine = z.infer<typeof BackupLine>;

export function noCounts(): BackupCounts {
  return { keys: 0, devices: 0, messages: 0, measurements: 0, profiles: 0, prices: 0, tariffs: 0, alerts: 0 };
}

export function countLine(counts: BackupCounts, line: BackupLine): void {
  if ("table" in line) counts[line.table] += 1;
  else if ("queue" in line) counts.messages += 1;
  else if ("key" in line) counts.keys += 1;
}
