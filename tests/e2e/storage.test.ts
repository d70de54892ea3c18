import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { ConsumerEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { createBatchDynamoDB, createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createConsumerHandler } from "@energylive/functions/consumer-handler";
import { sqsRecord } from "@energylive/local/pipeline/record";
import type { SQSEvent } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type AwsAnswer, AwsFailure, type ReceivedRequest, startAws } from "../support/aws.ts";
import { services, startServices } from "../support/services.ts";

const DEVICE = "I-10082023-01658401";

function body(index: number): string {
  const timestamp = 1726559995000 + index;
  return `{"v":1,"device_id":"${DEVICE}","measurement_type":"0100010700","timestamp":${timestamp},"value":${index},"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}`;
}

/** The real consumer between real queues and a table that answers as the test says. */
async function startConsumer(
  answer: (request: ReceivedRequest, forward: () => Promise<AwsAnswer>) => Promise<AwsAnswer>,
  remainingMs = 60_000,
) {
  const started = await startServices();
  const { names, stage, queueUrl, dlqUrl } = started;
  const table = await startAws((request) => answer(request, () => request.forward(started.dynamodb)));
  const sqs: SQSClient = createSqs(services.awsConfig(started.sqs));
  const direct = createDynamoDB(services.awsConfig(started.dynamodb));
  const dynamodb = createBatchDynamoDB(services.awsConfig(table.endpoint));
  const handler = createConsumerHandler({
    environment: parseEnvironment(ConsumerEnvironment, {
      STAGE: stage,
      ...tableVariables(names),
      MEASUREMENT_QUEUE_URL: queueUrl,
      MEASUREMENT_DLQ_URL: dlqUrl,
      PROFILE_QUEUE_URL: new URL(names.profileQueue, queueUrl).href,
    }),
    dynamodb,
    sqs,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    report: () => {},
  });

  return {
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
      const endsAt = Date.now() + remainingMs;
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
      await table[Symbol.asyncDispose]();
      await started[Symbol.asyncDispose]();
    },
  };
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => body(index));

describe("the consumer", () => {
  it("stores what is beside a rejected item, whichever it is, and quarantines that item (invariants 1 and 6)", async () => {
    let bad = new Set<string>();
    await using consumer = await startConsumer(async (request, forward) => {
      const isBad = JSON.stringify(request.input)
        .match(/"value":\{"N":"(\d+)"\}/g)
        ?.some((value) => bad.has(value));
      return isBad
        ? new AwsFailure("ValidationException", "One or more parameter values were invalid: no such value")
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

  it("ends in time when the table hangs, however large the batch", async () => {
    await using consumer = await startConsumer(() => new Promise(() => {}), 11_000);
    const startedAt = Date.now();
    expect(await consumer.consume(bodies(600))).toBe(600);
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });
});
