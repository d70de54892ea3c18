/**
 * DynamoDB, SQS and the energyLIVE API as a process of their own that answers at once, or after a set latency, so that
 * what a benchmark measures is the client's work. Run by stub-process.ts; prints its URL.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { parseArgs } from "node:util";

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { emptyProfile, profileItem } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { itemBytes, STORAGE_OVERHEAD_BYTES, writeUnits } from "../../tools/synth/item-size.ts";
import { selfSignedCertificate } from "../support/certificate.ts";
import { startServer } from "../support/server.ts";

const POLL_MS = 300_000;
/** Of a measurement and of a profile; a profile is read consistently, which counts twice. */
const ITEM_BYTES = 300;
const PROFILE_BYTES = 2_300;
const ZONE = "Europe/Vienna";

/** About what a Scan page of 1 MB holds of device items with their state. */
const DEVICES_PER_PAGE = 1_000;

const { values } = parseArgs({
  options: {
    latency: { type: "string", default: "0" },
    devices: { type: "string", default: "0" },
    tls: { type: "boolean", default: false },
    /** Counts what DynamoDB would bill for the items as well. */
    bill: { type: "boolean", default: false },
  },
});
type Item = Record<string, AttributeValue>;

const latencyMs = Number(values.latency);
const deviceCount = Number(values.devices);
const latest = readFileSync(new URL("../fixtures/latest-interface.json", import.meta.url));
const TYPES: { measurement: string }[] = JSON.parse(latest.toString());
const counts: Record<string, number> = {};

const answers: Record<string, (body: string) => string> = {
  BatchWriteItem: (body) => {
    if (values.bill) for (const item of batchItems(JSON.parse(body))) billMeasurement(item);
    return '{"UnprocessedItems":{}}';
  },
  PutItem: (body) => {
    if (values.bill) bill(JSON.parse(body).Item);
    return "{}";
  },
  UpdateItem: (body) => {
    if (values.bill) billState(JSON.parse(body));
    return "{}";
  },
  Scan: scanPage,
  Query: queryPage,
  SendMessageBatch: acceptBatch,
};

const listener: RequestListener = (request, response) => {
  const operation = String(request.headers["x-amz-target"]).split(".")[1];
  if (request.url === "/counts") return void response.end(JSON.stringify(counts));
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    add(operation ?? "latest", 1);
    const body =
      operation === undefined
        ? latest
        : (answers[operation] ?? (() => "{}"))(Buffer.concat(chunks).toString());
    response.setHeader(
      "content-type",
      operation === undefined ? "application/json" : "application/x-amz-json-1.0",
    );
    if (latencyMs === 0) response.end(body);
    else setTimeout(() => response.end(body), latencyMs);
  });
};

const { url } = await startServer(listener, values.tls ? selfSignedCertificate() : undefined);
process.stdout.write(`${url}\n`);

function batchItems({
  RequestItems,
}: {
  RequestItems: Record<string, { PutRequest: { Item: Item } }[]>;
}): Item[] {
  return Object.values(RequestItems).flatMap((puts) => puts.map(({ PutRequest }) => PutRequest.Item));
}

function bill(item: Item): void {
  if (item.measurement_key !== undefined) billMeasurement(item);
  else add("write units", writeUnits(itemBytes(item)));
}

/** A measurement lies in the table and in its index, which projects all of it. */
function billMeasurement(item: Item): void {
  const bytes = itemBytes(item);
  add("write units", 2 * writeUnits(bytes));
  add("stored bytes", 2 * (bytes + STORAGE_OVERHEAD_BYTES));
}

/** The state is nearly all of a device's item. */
function billState({ Key, ExpressionAttributeValues }: { Key: Item; ExpressionAttributeValues: Item }): void {
  const bytes = itemBytes({ ...Key, ...ExpressionAttributeValues });
  add("write units", writeUnits(bytes));
  add("state bytes", bytes);
}

function add(name: string, amount: number): void {
  counts[name] = (counts[name] ?? 0) + amount;
}

function scanPage(body: string): string {
  const { ExclusiveStartKey } = JSON.parse(body);
  const first = ExclusiveStartKey === undefined ? 0 : Number(ExclusiveStartKey.device_id.S.slice(-8)) + 1;
  const last = Math.min(deviceCount, first + DEVICES_PER_PAGE);
  const Items = Array.from({ length: last - first }, (_, index) => ({
    device_id: { S: deviceId(first + index) },
  }));
  const LastEvaluatedKey = last < deviceCount ? { device_id: { S: deviceId(last - 1) } } : undefined;
  return JSON.stringify({ Items, Count: Items.length, ScannedCount: Items.length, LastEvaluatedKey });
}

/** Of a device that is polled every five minutes: its measurements, or its load profile of a day that is half over. */
function queryPage(body: string): string {
  const {
    ExpressionAttributeValues,
    ScanIndexForward = true,
    Limit = Number.POSITIVE_INFINITY,
  } = JSON.parse(body);
  const { ":since": since, ":until": until, ":device": device } = ExpressionAttributeValues;
  const items = since.S.includes("-")
    ? [profileItem({ ...emptyProfile(device.S, namedDay(ZONE, since.S), ZONE), version: 40 })]
    : measurements(Number(since.S), Number(until.S), ScanIndexForward, Limit);
  if (values.bill) add("read bytes", items.length * (since.S.includes("-") ? 2 * PROFILE_BYTES : ITEM_BYTES));
  return JSON.stringify({ Items: items, Count: items.length, ScannedCount: items.length });
}

function measurements(since: number, until: number, isForward: boolean, limit: number): Item[] {
  const items: Item[] = [];
  const [first, last] = [Math.ceil(since / POLL_MS) * POLL_MS, Math.ceil(until / POLL_MS - 1) * POLL_MS];
  for (let at = isForward ? first : last; at >= first && at <= last; at += isForward ? POLL_MS : -POLL_MS)
    for (const { measurement } of isForward ? TYPES : TYPES.toReversed()) {
      if (items.length >= limit) return items;
      const value = String(Math.floor(at / 10_000) % 1e9);
      items.push({ measurement_key: { S: `${at}#${measurement}` }, value: { N: value } });
    }
  return items;
}

function deviceId(index: number): string {
  return `I-10082023-${String(index).padStart(8, "0")}`;
}

function acceptBatch(body: string): string {
  const { Entries } = JSON.parse(body);
  const Successful = Entries.map(({ Id, MessageBody }: { Id: string; MessageBody: string }) => ({
    Id,
    MessageId: `message-${Id}`,
    MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
  }));
  return JSON.stringify({ Successful });
}
