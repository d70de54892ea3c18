import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { ConsumerEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { createBatchDynamoDB, createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createConsumerHandler } from "@energylive/functions/consumer-handler";
import { sqsRecord } from "@energylive/local/pipeline/record";
import type { SQSEvent } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { services, startServices } from "../support/services.ts";
import { type AwsRequest, awsError, type Intercept, startAwsProxy } from "./aws-proxy.ts";

const DEVICE = "I-10082023-01658401";

function body(index: number): string {
  const timestamp = 1726559995000 + index;
  return `{"v":1,"device_id":"${DEVICE}","measurement_type":"0100010700","timestamp":${timestamp},"value":${index},"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}`;
}

/** The real consumer between real queues and a table that answers as the test says. */
async function startConsumer(intercept: Intercept, options: { remainingMs?: number } = {}) {
  const started = await startServices();
  const { names, stage, queueUrl, dlqUrl } = started;
  const proxy = await startAwsProxy(started.dynamodb, intercept);
  const sqs: SQSClient = createSqs(services.awsConfig(started.sqs));
  const direct = createDynamoDB(services.awsConfig(started.dynamodb));
  const dynamodb = createBatchDynamoDB(services.awsConfig(proxy.endpoint));
  const handler = createConsumerHandler({
    environment: parseEnvironment(ConsumerEnvironment, {
      STAGE: stage,
      MEASUREMENTS_TABLE: names.measurementsTable,
      MEASUREMENT_QUEUE_URL: queueUrl,
      MEASUREMENT_DLQ_URL: dlqUrl,
    }),
    dynamodb,
    sqs,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    report: () => {},
  });

  return {
    proxy,
    /** Sends messages through the queue and hands what comes out to the consumer, as Lambda does. */
    async consume(bodies: readonly string[]): Promise<number> {
      for (let start = 0; start < bodies.length; start += 10) {
        const Entries = bodies
          .slice(start, start + 10)
          .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      }
      const Records: SQSEvent["Records"] = [];
      while (Records.length < bodies.length) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ["All"],
          }),
        );
        Records.push(...Messages.map(sqsRecord));
      }
      const endsAt = Date.now() + (options.remainingMs ?? 60_000);
      const response = await handler({ Records }, { getRemainingTimeInMillis: () => endsAt - Date.now() });
      return response.batchItemFailures.length;
    },
    async stored(): Promise<number[]> {
      const { Items = [] } = await direct.send(
        new QueryCommand({
          TableName: names.measurementsTable,
          KeyConditionExpression: "device_id = :device_id",
          ExpressionAttributeValues: { ":device_id": { S: DEVICE } },
        }),
      );
      return Items.map(({ value }) => Number(value?.N));
    },
    async dead(): Promise<(string | undefined)[]> {
      const reasons: (string | undefined)[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: dlqUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ["All"],
          }),
        );
        if (Messages.length === 0) return reasons;
        reasons.push(
          ...Messages.map(({ MessageAttributes }) => MessageAttributes?.failure_reason?.StringValue),
        );
      }
    },
    async [Symbol.asyncDispose]() {
      for (const client of [sqs, direct, dynamodb]) client.destroy();
      await proxy[Symbol.asyncDispose]();
      await started[Symbol.asyncDispose]();
    },
  };
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => body(index));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const requestsOf = ({ body: { RequestItems } }: AwsRequest): [string, unknown[]] => {
  const [table = ""] = Object.keys(RequestItems);
  return [table, RequestItems[table]];
};

describe("a table that is busy", () => {
  it("gets what it left unprocessed again, and nothing else", async () => {
    const sent: number[] = [];
    let answers = 0;
    await using consumer = await startConsumer(async (request, forward) => {
      const [table, requests] = requestsOf(request);
      sent.push(requests.length);
      answers += 1;
      if (answers > 2) return forward();
      // Takes the first half and leaves the second, as DynamoDB does when it is throttled.
      const UnprocessedItems = { [table]: requests.slice(Math.floor(requests.length / 2)) };
      return { status: 200, body: { UnprocessedItems } };
    });
    expect(await consumer.consume(bodies(25))).toBe(0);
    expect(sent).toEqual([25, 13, 7]);
    expect(await consumer.dead()).toEqual([]);
  });

  it("that throttles whole requests gets them again", async () => {
    let answers = 0;
    await using consumer = await startConsumer(async (_, forward) => {
      answers += 1;
      return answers <= 3 ? awsError(400, "ProvisionedThroughputExceededException") : forward();
    });
    expect(await consumer.consume(bodies(60))).toBe(0);
    expect(await consumer.stored()).toEqual(numbers(60));
  });

  it("for longer than an invocation gives the messages back to the queue, none to the DLQ (invariant 6)", async () => {
    await using consumer = await startConsumer(
      async (request) => ({ status: 200, body: { UnprocessedItems: request.body.RequestItems } }),
      { remainingMs: 10_500 },
    );
    expect(await consumer.consume(bodies(30))).toBe(30);
    expect(await consumer.dead()).toEqual([]);
  });
});

describe("a table that fails", () => {
  it.each<[string, Intercept]>([
    ["is down", async () => awsError(500, "InternalServerError")],
    ["cannot be reached", async () => "reset"],
    ["is gone", async () => awsError(400, "ResourceNotFoundException", "Requested resource not found")],
    ["is closed to us", async () => awsError(400, "AccessDeniedException", "not authorized")],
    [
      "has other keys",
      async () => awsError(400, "ValidationException", "The provided key element does not match the schema"),
    ],
  ])("because it %s gives every message back, none to the DLQ (invariant 6)", async (_, intercept) => {
    await using consumer = await startConsumer(intercept);
    expect(await consumer.consume(bodies(30))).toBe(30);
    expect(await consumer.dead()).toEqual([]);
  });

  it("for a moment costs nothing, even when the write took effect and only its answer was lost", async () => {
    let answers = 0;
    await using consumer = await startConsumer(async (_, forward) => {
      answers += 1;
      const answer = await forward();
      return answers <= 2 ? "reset" : answer;
    });
    expect(await consumer.consume(bodies(50))).toBe(0);
    expect(await consumer.stored()).toEqual(numbers(50));
  });
});

describe("a table that rejects one item", () => {
  it("gets the others, whichever it is; that one is quarantined (invariants 1 and 6)", async () => {
    let bad = new Set<string>();
    await using consumer = await startConsumer(async (request, forward) => {
      const isBad = JSON.stringify(request.body)
        .match(/"value":\{"N":"(\d+)"\}/g)
        ?.some((value) => bad.has(value));
      return isBad
        ? awsError(400, "ValidationException", "One or more parameter values were invalid: no such value")
        : forward();
    });
    let expected = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat(59), { maxLength: 3 }),
        async (count, positions) => {
          const batch = Array.from({ length: count }, (_, index) => expected + index);
          const rejected = new Set(
            positions.filter((position) => position < count).map((position) => expected + position),
          );
          bad = new Set([...rejected].map((value) => `"value":{"N":"${value}"}`));
          expected += count;
          expect(await consumer.consume(batch.map(body))).toBe(0);
          const stored = new Set(await consumer.stored());
          for (const value of batch) expect(stored.has(value)).toBe(!rejected.has(value));
          expect(await consumer.dead()).toEqual([...rejected].map(() => "rejected_by_dynamodb"));
        },
      ),
      { numRuns: 12, seed: 11 },
    );
  });
});

describe("messages of one measurement in one batch", () => {
  it("are stored once, with the time of the first collection", async () => {
    const times = ["2024-09-17T08:00:00.300Z", "2024-09-17T08:00:00.100Z", "2024-09-17T08:00:00.200Z"];
    const written: string[] = [];
    await using consumer = await startConsumer((request, forward) => {
      written.push(JSON.stringify(request.body));
      return forward();
    });
    const twins = times.map((time) => body(1).replace("2024-09-17T08:00:00.123Z", time));
    expect(await consumer.consume(twins)).toBe(0);
    expect(await consumer.stored()).toEqual([1]);
    expect(written).toEqual([expect.stringContaining("08:00:00.100Z")]);
  });

  it("with different values are not merged in silence", async () => {
    await using consumer = await startConsumer((_, forward) => forward());
    expect(await consumer.consume([body(1), body(1).replace('"value":1', '"value":2')])).toBe(0);
    expect(await consumer.stored()).toHaveLength(1);
    expect(await consumer.dead()).toEqual(["conflicting_value"]);
  });
});

describe("a table that hangs", () => {
  it("does not keep the consumer beyond its time, however large the batch", async () => {
    await using consumer = await startConsumer(async () => new Promise(() => {}), { remainingMs: 11_000 });
    const startedAt = Date.now();
    expect(await consumer.consume(bodies(600))).toBe(600);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});

describe("the number of requests", () => {
  it("is one for 25 measurements", async () => {
    await using consumer = await startConsumer((_, forward) => forward());
    await consumer.consume(bodies(100));
    expect(consumer.proxy.operations).toEqual(Array.from({ length: 4 }, () => "BatchWriteItem"));
  });
});
