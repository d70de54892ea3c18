import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { AwsFailure, type AwsRequest, startAws } from "../../../../tests/support/aws.ts";
import { createLate } from "../archive/late.ts";
import type { Clock } from "../clock.ts";
import { createLog } from "../log.ts";
import type { ReceivedMessage } from "../queue/received.ts";
import { createQueueSender } from "../queue/sender.ts";
import { leapingClock } from "../testing/clock.ts";
import { type ConsumerSummary, runConsumer } from "./run.ts";
import { createMeasurementWriter } from "./writer.ts";

const TABLE = "EnergyLiveData-test";
const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const DEVICE = "I-10082023-01658401";
const URLS = {
  queue: "http://127.0.0.1/0/queue",
  dlq: "http://127.0.0.1/0/dlq",
  profiles: "http://127.0.0.1/0/queue-profiles",
};

function body(index: number, change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    v: 1,
    device_id: DEVICE,
    measurement_type: "0100010700",
    timestamp: NOW - 1_000 * index,
    value: index,
    collection_time: "2026-11-24T12:00:00.000Z",
    retention_days: 365,
    ...change,
  });
}

const message = (text: string, index: number): ReceivedMessage => ({
  messageId: `m${index}`,
  receiptHandle: `r${index}`,
  body: text,
  receiveCount: index + 1,
});

interface Put {
  PutRequest: { Item: Ran["stored"][number] };
}

interface Ran {
  summary: ConsumerSummary;
  stored: Record<string, { S?: string; N?: string }>[];
  /** What the profiler is told. */
  told: { MessageBody: string; DelaySeconds: number }[];
  dead: { MessageBody: string; MessageAttributes: Record<string, { StringValue: string }> }[];
  stretched: unknown[];
  lines: Record<string, unknown>[];
}

const accepted = ({ input }: AwsRequest): object => ({
  Successful: (input.Entries as { Id: string }[]).map(({ Id }) => ({
    Id,
    MessageId: Id,
    MD5OfMessageBody: "",
  })),
});

/** Runs the consumer with these messages against services that answer as a test says. */
async function run(
  bodies: readonly string[],
  answers: {
    write?: (request: AwsRequest) => object | Promise<object>;
    send?: (request: AwsRequest) => object;
    clock?: Clock;
  } = {},
): Promise<Ran> {
  const { write = () => ({}), send = accepted, clock = leapingClock(NOW) } = answers;
  const stored: Ran["stored"] = [];
  await using table = await startAws(async (request) => {
    const answer = await write(request);
    if (!(answer instanceof AwsFailure))
      stored.push(...request.input.RequestItems[TABLE].map(({ PutRequest }: Put) => PutRequest.Item));
    return answer;
  });
  await using queues = await startAws((request) =>
    request.operation === "SendMessageBatch" ? send(request) : {},
  );
  const lines: Ran["lines"] = [];
  const log = createLog({
    level: "info",
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const dynamodb = new DynamoDBClient(table.config);
  const sqs = new SQSClient({ ...queues.config, md5: false });
  const part = { clock, random: () => 0.5, log };
  const summary = await runConsumer(bodies.map(message), {
    writer: createMeasurementWriter({ ...part, dynamodb, table: TABLE }),
    dlq: createQueueSender({ ...part, sqs, queueUrl: URLS.dlq, deadlineAt: NOW + 5_000 }),
    profiles: createQueueSender({ ...part, sqs, queueUrl: URLS.profiles, deadlineAt: NOW + 5_000 }),
    longestDelay: 900,
    late: createLate({ dynamodb, table: "EnergyLiveAlerts-test", clock }),
    sqs,
    queueUrl: URLS.queue,
    clock,
    log,
    deadlineAt: NOW + 5_000,
  });
  for (const client of [dynamodb, sqs]) client.destroy();
  const inputs = (operation: string) =>
    queues.requests.filter((request) => request.operation === operation).map(({ input }) => input);
  const entriesTo = (url: string) =>
    inputs("SendMessageBatch")
      .filter(({ QueueUrl }) => QueueUrl === url)
      .flatMap(({ Entries }) => Entries);
  return {
    summary,
    stored,
    dead: entriesTo(URLS.dlq),
    told: entriesTo(URLS.profiles),
    stretched: inputs("ChangeMessageVisibilityBatch"),
    lines,
  };
}

const reasons = ({ dead }: Ran) =>
  dead.map(({ MessageAttributes }) => MessageAttributes.failure_reason?.StringValue);

describe("a batch", () => {
  it("stores each measurement once and reports how long it took to arrive", async () => {
    const ran = await run([body(1), body(2)]);
    expect(ran.summary).toEqual({
      failedMessageIds: [],
      stored: 2,
      duplicate: 0,
      quarantined: 0,
      throttled: 0,
      ingestLagsMs: [1_000, 2_000],
    });
    expect(ran.stored.map(({ value }) => value?.N)).toEqual(["1", "2"]);
    expect([ran.dead, ran.stretched, ran.lines]).toEqual([[], [], []]);
  });

  it("measures the lag of the meter's values, not the age of what a device knows of itself", async () => {
    const health = { measurement_type: "batteryVoltage", timestamp: NOW - 52 * 60_000 };
    const ran = await run([body(1), body(2, health)]);
    expect(ran.summary).toMatchObject({ stored: 2, ingestLagsMs: [1_000] });
  });

  it("sends the table nothing when all messages are poison", async () => {
    const ran = await run(["{", "[]"]);
    expect(ran.summary).toMatchObject({ quarantined: 2, stored: 0, failedMessageIds: [] });
    expect(ran.stored).toEqual([]);
    expect(ran.dead.map(({ MessageBody }) => MessageBody)).toEqual(["{", "[]"]);
    expect(reasons(ran)).toEqual(["invalid_json", "invalid_message"]);
    expect(ran.dead[0]?.MessageAttributes.failed_in?.StringValue).toBe("consumer");
    expect(ran.lines[0]).toMatchObject({
      level: "warn",
      event: "message_quarantined",
      messageId: "m0",
      reason: "invalid_json",
      detail: expect.stringMatching(/JSON/),
    });
  });

  it("stores the measurement collected first when a batch has it several times", async () => {
    const at = (collection_time: string) => body(1, { collection_time });
    const ran = await run([
      at("2026-11-24T12:00:02.000Z"),
      at("2026-11-24T12:00:01.000Z"),
      at("2026-11-24T12:00:03.000Z"),
      body(1, { device_id: "I-10082023-01658402" }),
    ]);
    expect(ran.summary).toMatchObject({ stored: 2, duplicate: 2 });
    expect(ran.stored[0]?.collection_time?.S).toBe("2026-11-24T12:00:01.000Z");
  });

  it("stores the first of two values for one measurement and quarantines the second", async () => {
    const ran = await run([body(1), body(1, { value: 2 })]);
    expect(ran.summary).toMatchObject({ stored: 1, quarantined: 1, duplicate: 0, failedMessageIds: [] });
    expect(ran.stored.map(({ value }) => value?.N)).toEqual(["1"]);
    expect(reasons(ran)).toEqual(["conflicting_value"]);
    expect(ran.dead[0]?.MessageBody).toBe(body(1, { value: 2 }));
    expect(ran.dead[0]?.MessageAttributes.failure_detail?.StringValue).toBe(
      `another message of the batch has a different value for 0100010700 of ${DEVICE} at ${NOW - 1_000}`,
    );
  });
});

describe("what cannot be stored now", () => {
  it("returns every message that cannot be stored now, and lets each rest by its own count", async () => {
    const ran = await run([body(1), "{", body(1), body(2)], {
      write: () => new AwsFailure("AccessDeniedException"),
    });
    expect(ran.summary.failedMessageIds).toEqual(["m0", "m2", "m3"]);
    expect(ran.summary).toMatchObject({ stored: 0, quarantined: 1, ingestLagsMs: [] });
    expect(ran.stretched).toEqual([
      {
        QueueUrl: URLS.queue,
        Entries: [
          { Id: "0", ReceiptHandle: "r0", VisibilityTimeout: 30 },
          { Id: "1", ReceiptHandle: "r2", VisibilityTimeout: 120 },
          { Id: "2", ReceiptHandle: "r3", VisibilityTimeout: 240 },
        ],
      },
    ]);
    expect(reasons(ran)).toEqual(["invalid_json"]);
    expect(ran.lines.map(({ event }) => event).sort()).toEqual(["message_quarantined", "write_failed"]);
  });

  it("counts what the table throttles", async () => {
    let answers = 0;
    const ran = await run([body(1)], {
      write: () => (answers++ === 0 ? new AwsFailure("ThrottlingException") : {}),
    });
    expect(ran.summary).toMatchObject({ stored: 1, throttled: 1 });
  });
});

describe("what can never be stored", () => {
  /** A clock on which no batch waits long enough to be filled. */
  const still: Clock = { now: () => NOW, sleep: () => new Promise(() => {}) };

  it("quarantines poison while the rest is written, without waiting", async () => {
    const quarantined = Promise.withResolvers<object>();
    const ran = await run(["{", body(1)], {
      clock: still,
      write: () => quarantined.promise,
      send: (request) => {
        quarantined.resolve({});
        return accepted(request);
      },
    });
    expect(ran.summary).toMatchObject({ stored: 1, quarantined: 1 });
    const rejected = await run([body(1)], {
      clock: still,
      write: () => new AwsFailure("ValidationException", "Item size has exceeded the maximum allowed size"),
    });
    expect(rejected.summary).toMatchObject({ stored: 0, quarantined: 1 });
  });

  it("quarantines a rejected item with DynamoDB's reason and stores the rest", async () => {
    const bad = `"S":"${NOW - 2_000}#0100010700"`;
    const ran = await run([body(1), body(2), body(2), body(3)], {
      write: ({ input }) =>
        JSON.stringify(input).includes(bad)
          ? new AwsFailure("ValidationException", "Item size has exceeded the maximum allowed size")
          : {},
    });
    expect(ran.summary).toMatchObject({ stored: 2, quarantined: 2, duplicate: 1, failedMessageIds: [] });
    expect(reasons(ran)).toEqual(["rejected_by_dynamodb"]);
    expect(ran.dead[0]).toMatchObject({
      MessageBody: body(2),
      MessageAttributes: {
        failure_detail: { StringValue: "Item size has exceeded the maximum allowed size" },
      },
    });
  });

  it("returns a message to the queue when the DLQ does not take it", async () => {
    const ran = await run(["{", body(1)], {
      send: (request) =>
        request.input.QueueUrl === URLS.dlq
          ? new AwsFailure("ServiceUnavailable", "down", 503)
          : accepted(request),
    });
    expect(ran.summary).toMatchObject({ failedMessageIds: ["m0"], stored: 1, quarantined: 0 });
    expect(ran.lines).toContainEqual(
      expect.objectContaining({
        level: "error",
        event: "quarantine_failed",
        messages: 1,
        error: expect.objectContaining({ name: "SendError" }),
      }),
    );
  });
});

describe("the profiler", () => {
  const OTHER = "I-10082023-01658402";

  it("is told once of each device's measurements that count, a minute after their quarter-hour", async () => {
    const at = Date.parse("2026-11-24T12:07:00Z");
    const ran = await run([
      body(0, { timestamp: at, measurement_type: "0100010800" }),
      body(1, { timestamp: at - 60_000, measurement_type: "0100020700" }),
      body(2, { timestamp: at + 60_000, measurement_type: "batteryVoltage" }),
      body(3, { timestamp: at, device_id: OTHER, measurement_type: "loraRssi" }),
    ]);
    expect(ran.told.map(({ MessageBody }) => JSON.parse(MessageBody))).toEqual([
      { v: 1, device_id: DEVICE, from: at - 60_000, to: at },
    ]);
    const due = Date.parse("2026-11-24T12:16:00Z");
    expect(ran.told[0]?.DelaySeconds).toBe(Math.min(900, Math.max(0, Math.ceil((due - NOW) / 1000))));
    expect(ran.summary).toMatchObject({ stored: 4, failedMessageIds: [] });
  });

  it("cannot be told: then the measurements go back, and are stored and told again", async () => {
    const ran = await run([body(0), body(1, { device_id: OTHER, measurement_type: "loraRssi" })], {
      send: () => new AwsFailure("ServiceUnavailable", "down", 503),
    });
    expect(ran.stored).toHaveLength(2);
    expect(ran.summary.failedMessageIds).toEqual(["m0"]);
    expect(ran.lines).toContainEqual(
      expect.objectContaining({ level: "error", event: "profiler_not_told", device_id: DEVICE }),
    );
  });
});
