import {
  type DeadLetterOverview,
  REQUEST_HEADER,
  type RedriveRequest,
  type SeriesTile,
} from "@energylive/api/contract";
import { decimalText } from "@energylive/core/decimal";
import { serializeMessage } from "@energylive/core/queue/message";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { sendAll } from "../cli/cli.ts";
import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

const DEVICE = "I-10082023-01658401";
const MARKUP = '<script>alert("body")</script>';
const DAY = 86_400_000;

/** Older than anything that may still wait in the queue. */
const AT = Math.floor(Date.now() / DAY) * DAY - 6 * DAY + 3_600_000;

let collector: Collector;
let dashboard: TestDashboard;
beforeAll(async () => {
  collector = await startCollector();
  dashboard = await openDashboard(collector);
  const failed_at = (minute: number) => `2026-11-24T06:0${minute}:00.000Z`;
  await sendAll(collector, collector.stack.endpoints.dlqUrl, [
    {
      body: MARKUP,
      attributes: { failure_reason: "invalid_json", failed_at: failed_at(1), failure_detail: MARKUP },
    },
    { body: message(1), attributes: { failure_reason: "unknown_version", failed_at: failed_at(2) } },
    { body: message(2), attributes: { failure_reason: "unknown_version", failed_at: failed_at(4) } },
    { body: message(3), attributes: { failure_reason: "unknown_version", failed_at: failed_at(3) } },
  ]);
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

function message(minute: number): string {
  const value = decimalText(String(minute));
  if (value === undefined) throw new TypeError();
  return serializeMessage({
    device_id: DEVICE,
    measurement_type: "0100010700",
    timestamp: AT + minute * 60_000,
    value,
    collection_time: new Date(AT).toISOString(),
    retention_days: 365,
  });
}

const overview = () => dashboard.json<DeadLetterOverview>("/api/dlq");

const redrive = (request: RedriveRequest) => post("redrive", request);

function post(verb: "redrive" | "purge", request: RedriveRequest): Promise<Response> {
  const { origin, cookie } = dashboard;
  return fetch(`${origin}/api/dlq/${verb}`, {
    method: "POST",
    headers: { cookie, origin, "content-type": "application/json", [REQUEST_HEADER]: "1" },
    body: JSON.stringify(request),
  });
}

/** As the chart has it. */
async function shown(): Promise<number[]> {
  const { buckets } = await dashboard.json<SeriesTile>(
    `/api/series?device=${DEVICE}&type=0100010700&from=${AT}&to=${AT + 3_600_000}&bucket=60000`,
  );
  return buckets.map(([, , maximum]) => maximum);
}

it("shows what could not be stored by reason, with messages, newest first", async () => {
  const { total, groups } = await overview();
  expect(total).toBe(4);
  expect(groups.map(({ reason, count }) => [reason, count])).toEqual([
    ["unknown_version", 3],
    ["invalid_json", 1],
  ]);
  expect(groups[0]).toMatchObject({
    first_seen_at: Date.parse("2026-11-24T06:02:00Z"),
    last_seen_at: Date.parse("2026-11-24T06:04:00Z"),
    devices: [DEVICE],
  });
  expect(groups[0]?.messages.map(({ body }) => body)).toEqual([message(2), message(3), message(1)]);
});

it("passes on bodies and details as they are, as JSON only", async () => {
  const { groups } = await overview();
  expect(groups[1]?.messages).toMatchObject([
    { body: MARKUP, detail: MARKUP, device_id: null, attributes: { failure_reason: "invalid_json" } },
  ]);
  expect((await dashboard.get("/api/dlq")).headers.get("content-type")).toBe("application/json");
});

it("reads without hiding anything, however many people look", async () => {
  const both = await Promise.all(Array.from({ length: 5 }, overview));
  expect(both.map(({ total }) => total)).toEqual([4, 4, 4, 4, 4]);
  const { dlq } = await collector.stack.queueDepth();
  expect(dlq).toBe(4);
  await using other = await openDashboard(collector);
  expect((await other.json<DeadLetterOverview>("/api/dlq")).total).toBe(4);
});

it("moves nothing when another number matches than was agreed to, and says which", async () => {
  const refused = await redrive({ reason: "unknown_version", message_id: null, confirm: 2 });
  expect(refused.status).toBe(409);
  expect(JSON.parse(await refused.text())).toEqual({
    code: "count_changed",
    matching: 3,
    confirmed: 2,
  });
  expect((await redrive({ reason: "nothing", message_id: null, confirm: 1 })).status).toBe(409);
  expect((await overview()).total).toBe(4);
});

it("deletes what was agreed to and nothing else, after it could be saved", async () => {
  const queue = collector.stack.endpoints.dlqUrl;
  const body = "to be deleted";
  await sendAll(collector, queue, [{ body, attributes: { failure_reason: "rejected_by_dynamodb" } }]);
  await vi.waitFor(async () => expect((await overview()).total).toBe(5), { timeout: 10_000 });
  const file = await dashboard.get("/api/dlq/export?reason=rejected_by_dynamodb");
  expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+\.ndjson"$/);
  expect(JSON.parse(await file.text())).toMatchObject({ body, reason: "rejected_by_dynamodb" });
  const wanted = { reason: "rejected_by_dynamodb", message_id: null };
  expect((await post("purge", { ...wanted, confirm: 2 })).status).toBe(409);
  const purged = await post("purge", { ...wanted, confirm: 1 });
  expect(await purged.json()).toEqual({ purged: 1 });
  expect((await overview()).groups.map(({ reason }) => reason)).not.toContain("rejected_by_dynamodb");
  expect((await overview()).total).toBe(4);
});

it("says how many of those redriven are dead again, and not that others have the same text", async () => {
  const body = '{"v":1,"twice":true}';
  const letter = { body, attributes: { failure_reason: "rejected_by_dynamodb" } };
  await sendAll(collector, collector.stack.endpoints.dlqUrl, [letter, letter]);
  await vi.waitFor(async () => expect((await overview()).total).toBe(6), { timeout: 10_000 });
  const group = (await overview()).groups.find(({ reason }) => reason === "rejected_by_dynamodb");
  const [first] = group?.messages ?? [];
  const one = await redrive({ reason: null, message_id: first?.message_id ?? "", confirm: 1 });
  expect(await one.json()).toEqual({ matched: 1, moved: 1, left: 0 });
  // The other one has not gone anywhere, and the first one cannot be stored.
  await vi.waitFor(
    async () => expect((await overview()).groups.map(({ reason }) => reason)).toContain("invalid_message"),
    { timeout: 10_000 },
  );
  expect((await overview()).redriven).toEqual({ moved: 1, dead_again: 1 });
  await post("purge", { reason: "invalid_message", message_id: null, confirm: 1 });
  expect((await overview()).redriven).toEqual({ moved: 1, dead_again: 0 });
  await post("purge", { reason: "rejected_by_dynamodb", message_id: null, confirm: 1 });
});

it("refuses a malformed request", async () => {
  const { origin, cookie } = dashboard;
  const headers = { cookie, origin, "content-type": "application/json", [REQUEST_HEADER]: "1" };
  for (const body of [
    "",
    "{",
    "[]",
    "{}",
    '{"reason":1,"message_id":null,"confirm":1}',
    '{"reason":null,"message_id":null,"confirm":-1}',
  ])
    expect((await fetch(`${origin}/api/dlq/redrive`, { method: "POST", headers, body })).status).toBe(400);
  const body = JSON.stringify({ reason: "x".repeat(5_000), message_id: null, confirm: 1 });
  expect((await fetch(`${origin}/api/dlq/redrive`, { method: "POST", headers, body })).status).toBe(413);
});

it("moves one message by its id, then all of a reason, and the chart of a closed day shows what came back", async () => {
  expect(await shown()).toEqual([]);
  const [first] = (await overview()).groups[0]?.messages ?? [];
  const one = await redrive({ reason: null, message_id: first?.message_id ?? "", confirm: 1 });
  expect(JSON.parse(await one.text())).toEqual({ matched: 1, moved: 1, left: 0 });
  expect((await overview()).total).toBe(3);
  const rest = await redrive({ reason: "unknown_version", message_id: null, confirm: 2 });
  expect(JSON.parse(await rest.text())).toEqual({ matched: 2, moved: 2, left: 0 });
  await collector.drained();
  expect((await overview()).groups.map(({ reason }) => reason)).toEqual(["invalid_json"]);
  await vi.waitFor(async () => expect(await shown()).toEqual([1, 2, 3]), { timeout: 5_000 });
});
