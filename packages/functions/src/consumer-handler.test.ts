import type { ConsumerSummary } from "@energylive/core/consumer/run";
import { createLog } from "@energylive/core/log";
import { ConsumerEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { leapingClock } from "@energylive/core/testing/clock";
import { describe, expect, it } from "vitest";
import { AwsFailure, type AwsRequest, startAws } from "../../../tests/support/aws.ts";
import { sqsEvent } from "../../../tests/support/sqs-event.ts";

import { createBatchDynamoDB, createSqs } from "./clients.ts";
import { createConsumerHandler } from "./consumer-handler.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const TABLE = "EnergyLiveData-test";
const GIVE_BACK_RESERVE_MS = 10_000;
const QUARANTINE_RESERVE_MS = 4_000;

/** How often each message was received: the more, the longer it rests. */
const RECEIVES = 3;

function body(lagMs: number): string {
  return JSON.stringify({
    v: 1,
    device_id: "I-10082023-01658401",
    measurement_type: "0100010700",
    timestamp: NOW - lagMs,
    value: 1,
    collection_time: "2026-11-24T12:00:00.000Z",
    retention_days: 365,
  });
}

/** One invocation, with the time left at its start. */
async function invoke(
  bodies: readonly string[],
  options: { remainingMs?: number; write?: () => object; send?: () => object } = {},
) {
  const { remainingMs = 60_000, write = () => ({}) } = options;
  const clock = leapingClock(NOW);
  await using table = await startAws(write);
  await using queues = await startAws(({ operation, input }: AwsRequest) => {
    if (operation !== "SendMessageBatch") return {};
    if (options.send !== undefined) return options.send();
    return { Successful: input.Entries.map(({ Id }: { Id: string }) => ({ Id, MessageId: Id })) };
  });
  const [dynamodb, sqs] = [createBatchDynamoDB(table.config), createSqs(queues.config)];
  const lines: Record<string, unknown>[] = [];
  const reports: ConsumerSummary[] = [];
  const handler = createConsumerHandler({
    environment: parseEnvironment(ConsumerEnvironment, {
      STAGE: "test",
      MEASUREMENTS_TABLE: TABLE,
      ALERTS_TABLE: "EnergyLiveAlerts-test",
      MEASUREMENT_QUEUE_URL: "http://127.0.0.1/0/queue",
      MEASUREMENT_DLQ_URL: "http://127.0.0.1/0/dlq",
      PROFILE_QUEUE_URL: "http://127.0.0.1/0/profiles",
    }),
    dynamodb,
    sqs,
    clock,
    random: () => 0.5,
    log: createLog({ level: "info", destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
    report: (summary) => void reports.push(summary),
  });
  const response = await handler(sqsEvent(bodies, RECEIVES), { getRemainingTimeInMillis: () => remainingMs });
  for (const client of [dynamodb, sqs]) client.destroy();
  return {
    response,
    lines,
    reports,
    table: table.requests,
    queues: queues.requests,
    elapsedMs: clock.now() - NOW,
  };
}

describe("an invocation of the consumer", () => {
  it("stores the batch, and reports it in one log line and to the metrics", async () => {
    const { response, lines, reports, table } = await invoke([body(3_000), body(1_000), body(2_000), "{"]);
    expect(response).toEqual({ batchItemFailures: [] });
    expect(table.map(({ input }) => Object.keys(input.RequestItems))).toEqual([[TABLE]]);
    expect(lines.at(-1)).toEqual({
      level: "info",
      time: expect.any(String),
      event: "consumer_finished",
      messages: 4,
      stored: 3,
      duplicate: 0,
      quarantined: 1,
      throttled: 0,
      failed: 0,
      ingestLagMs: expect.any(Number),
      durationMs: expect.any(Number),
    });
    // The middle one, and what the clock leapt while batches waited to be filled.
    const { ingestLagMs, durationMs } = lines.at(-1) ?? {};
    expect(ingestLagMs).toBeGreaterThanOrEqual(2_000);
    expect(ingestLagMs).toBeLessThanOrEqual(2_000 + Number(durationMs));
    expect(reports).toMatchObject([{ stored: 3, quarantined: 1 }]);
  });

  it("returns failed messages and lets them rest by their count", async () => {
    const { response, queues, lines } = await invoke([body(1), "{", body(2)], {
      write: () => new AwsFailure("AccessDeniedException"),
    });
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m2" }] });
    const stretched = queues.find(({ operation }) => operation === "ChangeMessageVisibilityBatch");
    expect(stretched?.input).toEqual({
      QueueUrl: "http://127.0.0.1/0/queue",
      Entries: [
        { Id: "0", ReceiptHandle: "r0", VisibilityTimeout: 120 },
        { Id: "1", ReceiptHandle: "r2", VisibilityTimeout: 120 },
      ],
    });
    const sent = queues.find(({ operation }) => operation === "SendMessageBatch");
    expect(sent?.input.QueueUrl).toBe("http://127.0.0.1/0/dlq");
    expect(lines.at(-1)).toMatchObject({ event: "consumer_finished", failed: 2 });
    expect(lines.at(-1)).not.toHaveProperty("ingestLagMs");
  });

  it("does nothing with an empty batch", async () => {
    const { response, lines, table, queues } = await invoke([]);
    expect([response, table, queues]).toEqual([{ batchItemFailures: [] }, [], []]);
    expect(lines).toMatchObject([{ event: "consumer_finished", messages: 0 }]);
  });

  it("keeps time to return what failed", async () => {
    const busy = { write: () => new AwsFailure("ThrottlingException") };
    const late = await invoke([body(1)], { ...busy, remainingMs: GIVE_BACK_RESERVE_MS });
    expect([late.table.length, late.response.batchItemFailures.length]).toEqual([0, 1]);
    const { elapsedMs, table } = await invoke([body(1)], {
      ...busy,
      remainingMs: GIVE_BACK_RESERVE_MS + 20_000,
    });
    expect(table.length).toBeGreaterThan(5);
    expect(elapsedMs).toBeGreaterThan(15_000);
    expect(elapsedMs).toBeLessThan(20_000);
  });

  it("keeps time to quarantine and answer", async () => {
    const { response, elapsedMs } = await invoke(["{"], {
      send: () => new AwsFailure("ServiceUnavailable", "down", 503),
      remainingMs: QUARANTINE_RESERVE_MS + 20_000,
    });
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    expect(elapsedMs).toBeGreaterThan(15_000);
    expect(elapsedMs).toBeLessThan(20_000);
  });
});
