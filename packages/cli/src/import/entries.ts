import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { PassThrough, pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type DynamoDBClient, paginateScan, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { parseJson, splitArrayElements } from "@energylive/core/json";
import { parse } from "csv-parse";
import * as z from "zod";

import { FailedError } from "../errors.ts";
import { type Fields, fieldsOfJson, fieldsOfText } from "./fields.ts";

/** One item of a table or of a file, not looked at yet. */
export interface Entry {
  /** Where it is, for a person: `line 12 of export.csv`. */
  place: string;
  /** As it is there. */
  raw: string;
  /** Its attributes as text. */
  fields?: Fields;
  /** Why it cannot be read. */
  problem?: string;
}

/**
 * Every item of a table, partition by partition. Other errors of DynamoDB pass through.
 *
 * @throws {FailedError} if there is no such table
 */
export async function* tableEntries(dynamodb: DynamoDBClient, table: string): AsyncGenerator<Entry> {
  try {
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table }))
      for (const item of Items) {
        const fields = fieldsOfJson(item) ?? {};
        const { device_id = "(no device_id)", timestamp = "(no timestamp)" } = fields;
        yield { place: `${device_id} at ${timestamp} in ${table}`, raw: JSON.stringify(item), fields };
      }
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new FailedError(`there is no table ${table}`, {
      advice: "--region names the region of the table; your AWS credentials choose the account",
      cause,
    });
  }
}

/**
 * Every item of a file: JSON in DynamoDB's form or plainly, a line each or in one array, or CSV with a header; also compressed by gzip.
 *
 * @throws {FailedError} if it cannot be read
 */
export async function* fileEntries(file: string): AsyncGenerator<Entry> {
  try {
    const first = await firstLine(file);
    if (!/^\s*[[{]/.test(first)) yield* csvEntries(file, first);
    else if (isOneItem(first)) yield* lineEntries(file);
    else yield* arrayEntries(file);
  } catch (cause) {
    if (cause instanceof FailedError || !(cause instanceof Error)) throw cause;
    throw new FailedError(`${file} cannot be read: ${cause.message}`, {
      advice: "it is a file of DynamoDB JSON, a line each or in one array, or CSV with a header, also as .gz",
      cause,
    });
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

async function contentOf(file: string): Promise<Readable> {
  const handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(GZIP.length), 0, GZIP.length, 0);
  await handle.close();
  const content = createReadStream(file);
  if (!buffer.equals(GZIP)) return content;
  // The error of a broken file reaches whoever reads the last stream.
  return pipeline(content, createGunzip(), new PassThrough(), () => {});
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const content = await contentOf(file);
  const lines = createInterface({ input: content, crlfDelay: Number.POSITIVE_INFINITY });
  let failure: unknown;
  // Of the stream; it ends the lines, and would end the process.
  lines.on("error", (error) => {
    failure = error;
  });
  try {
    yield* lines;
    if (failure !== undefined) throw failure;
  } finally {
    content.destroy();
  }
}

async function firstLine(file: string): Promise<string> {
  for await (const line of linesOf(file)) if (line.trim() !== "") return line.replace(/^\uFEFF/, "");
  throw new FailedError(`${file} is empty`);
}

const Scanned = z.object({ Items: z.array(z.unknown()) });

/** As against the first line of a list, or a list in one line. */
function isOneItem(line: string): boolean {
  try {
    const json = parseJson(line);
    return !Array.isArray(json) && !Scanned.safeParse(json).success;
  } catch {
    return false;
  }
}

async function* lineEntries(file: string): AsyncGenerator<Entry> {
  let line = 0;
  for await (const raw of linesOf(file)) {
    line += 1;
    if (raw.trim() !== "") yield { place: `line ${line} of ${file}`, raw, ...fieldsOfText(raw) };
  }
}

/** What `aws dynamodb scan` writes, or an array of items. The whole file is in memory. */
async function* arrayEntries(file: string): AsyncGenerator<Entry> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  const text = lines.join("\n").replace(/^\uFEFF/, "");
  const json = parseJson(text);
  const scanned = Scanned.safeParse(json);
  const items = scanned.success
    ? scanned.data.Items.map((item) => JSON.stringify(item))
    : Array.isArray(json)
      ? splitArrayElements(text)
      : undefined;
  if (items === undefined) throw new FailedError(`${file} has no list of items`);
  for (const [index, raw] of items.entries())
    yield { place: `item ${index + 1} of ${file}`, raw, ...fieldsOfText(raw) };
}

const Row = z.object({
  record: z.record(z.string(), z.string()),
  info: z.object({ lines: z.number() }),
  raw: z.string(),
});

async function* csvEntries(file: string, header: string): AsyncGenerator<Entry> {
  const parser = parse({
    bom: true,
    columns: (names: string[]) => names.map((name) => name.trim()),
    delimiter: header.includes(";") ? ";" : ",",
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const rows = pipeline(await contentOf(file), parser, () => {});
  let hasColumns = false;
  for await (const row of rows) {
    const { record, info, raw } = Row.parse(row);
    if (!hasColumns && !("device_id" in record))
      throw new FailedError(`${file} has no column device_id`, {
        advice: "its first line must name the columns, as the DynamoDB console writes them",
      });
    hasColumns = true;
    yield { place: `line ${info.lines} of ${file}`, raw: raw.trimEnd(), fields: record };
  }
}
