import { BatchWriteItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { createBatchDynamoDB, createDynamoDB, createSqs } from "./clients.ts";
import { type Answer, type Service, startService } from "./testing/service.ts";

let service: Service;
let config: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
beforeEach(async () => {
  service = await startService();
  config = {
    endpoint: service.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
});
afterEach(() => service.stop());

describe("a failing service", () => {
  it.each([
    ["DynamoDB", () => createDynamoDB(config).send(new ListTablesCommand({})), 5],
    ["DynamoDB in batches", () => createBatchDynamoDB(config).send(new ListTablesCommand({})), 1],
    ["SQS", () => createSqs(config).send(new ListQueuesCommand({})), 1],
  ])("retries requests of %s only if nothing else does", async (_, send, attempts) => {
    const failure: Answer = { status: 500, body: { __type: "InternalServerError" } };
    service.answers.push(...Array<Answer>(2 * attempts).fill(failure));
    await expect(send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(service.received).toHaveLength(attempts);
  });
});

describe("a service that does not answer", () => {
  it("gives up after five seconds when an answer stops half-way", async () => {
    const client = createBatchDynamoDB(config);
    const write = () =>
      client.send(
        new BatchWriteItemCommand({ RequestItems: { t: [{ PutRequest: { Item: { id: { S: "a" } } } }] } }),
      );
    service.answers.push("stall");
    await expect(write()).rejects.toThrow();
  }, 15_000);

  it("gives up after five seconds without an answer", async () => {
    service.answers.push("hang", "hang");
    const startedAt = performance.now();
    const outcomes = await Promise.allSettled([
      createBatchDynamoDB(config).send(new ListTablesCommand({})),
      createSqs(config).send(new ListQueuesCommand({})),
    ]);
    const timeout = { status: "rejected", reason: { name: "TimeoutError" } };
    expect(outcomes).toMatchObject([timeout, timeout]);
    const elapsedMs = performance.now() - startedAt;
    expect(elapsedMs).toBeGreaterThan(4_900);
    expect(elapsedMs).toBeLessThan(20_000);
  });
});

describe("the clients", () => {
  it("removes the SDK's logging, and SQS's check of what was sent", async () => {
    const names = (client: { middlewareStack: { identify(): string[] } }) =>
      client.middlewareStack.identify().join(" ");
    for (const client of [createDynamoDB(config), createBatchDynamoDB(config), createSqs(config)])
      expect(names(client)).not.toContain("loggerMiddleware");
    service.answers.push({ body: { MessageId: "m", MD5OfMessageBody: "of something else" } });
    const sent = await createSqs(config).send(
      new SendMessageCommand({ QueueUrl: config.endpoint, MessageBody: "a" }),
    );
    expect(sent.MessageId).toBe("m");
  });
});
