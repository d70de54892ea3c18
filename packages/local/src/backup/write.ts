import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ARCHIVE } from "@energylive/core/archive/late";
import type { ResourceNames } from "@energylive/core/settings/names";

import { keyFile, readKeys } from "../key-file.ts";
import type { StackFile } from "../stack-file.ts";
import {
  type BackedUpTable,
  type BackupCounts,
  type BackupHeader,
  type BackupLine,
  countLine,
  noCounts,
} from "./format.ts";
import { queuedMessages, queuesFile } from "./queued.ts";

/** How many lines are written at once. */
const LINES = 1_000;

export interface BackupSource {
  kind: StackFile["kind"];
  /** The stack's own folder. */
  folder: string;
  /** Small files in it that belong to its data. */
  notes: readonly string[];
  names: ResourceNames;
  dynamodb: DynamoDBClient;
}

/**
 * The backup of a stack, which may run meanwhile, in pieces of text.
 *
 * The order makes it whole. Devices come first, with what the fetcher remembers as published; then the queues; then the
 * measurements. So what the devices say was published is in the backup: queued, or stored since.
 *
 * @param onProgress is told what has been read
 */
export async function* backup(
  source: BackupSource,
  now: number,
  onProgress: (counts: BackupCounts) => void,
): AsyncGenerator<string> {
  const counts = noCounts();
  const header: BackupHeader = {
    energylive_backup: 1,
    created_at: new Date(now).toISOString(),
    kind: source.kind,
  };
  let text = `${JSON.stringify(header)}\n`;
  let lines = 0;
  for await (const line of linesOf(source)) {
    countLine(counts, line);
    text += `${JSON.stringify(line)}\n`;
    lines += 1;
    if (lines % LINES > 0) continue;
    yield text;
    text = "";
    onProgress(counts);
  }
  onProgress(counts);
  yield `${text}${JSON.stringify({ end: counts } satisfies BackupLine)}\n`;
}

async function* linesOf(source: BackupSource): AsyncGenerator<BackupLine> {
  const { folder, names } = source;
  for (const { name, value, set_at } of await readKeys(keyFile(folder)))
    yield { key: name, value, ...(set_at === undefined ? {} : { set_at }) };
  for (const note of source.notes) {
    const text = await readFile(join(folder, note), "utf8").catch(() => undefined);
    if (text !== undefined) yield { note, text };
  }
  yield* items(source, "devices", names.devicesTable);
  yield* queuedMessages(queuesFile(folder), names);
  yield* items(source, "measurements", names.measurementsTable);
  yield* items(source, "profiles", names.profilesTable);
  yield* items(source, "prices", names.pricesTable);
  yield* items(source, "tariffs", names.tariffsTable);
  // What the archive has to be told of concerns the archive of this stack.
  for await (const line of items(source, "alerts", names.alertsTable))
    if (!("table" in line) || line.item.device_id?.S !== ARCHIVE) yield line;
}

async function* items(
  { dynamodb }: BackupSource,
  table: BackedUpTable,
  TableName: string,
): AsyncGenerator<BackupLine> {
  const pages = paginateScan({ client: dynamodb }, { TableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) for (const item of Items) yield { table, item };
}
