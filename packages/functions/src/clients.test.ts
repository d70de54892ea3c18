import { createServer } from "node:http";

import { BatchWriteItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { listeningPort } from "@energylive/core/listening-port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBatchDynamoDB, createDynamoDB, createSqs } from "./clients.ts";

let requests = 0;
let answer: (requests: number) => { status: number; body: object } | "hang" | "stall";
const server = createServer((_, response) => {
  requests += 1;
  const answered = answer(requests);
  if (answered === "hang") return;
  if (answered === "stall") {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.write("{");
    return;
  }
  response.writeHead(answered.status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(answered.body));
});
let config: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
};
beforeEach(async () => {
  requests = 0;
  answer = () => ({ status: 500, body: { __type: "InternalServerError" } });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = listeningPort(server);
  config = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe("a failing service", () => {
  it.each([
    ["DynamoDB", () => createDynamoDB(config).send(new ListTablesCommand({})), 5],
    ["DynamoDB in batches", () => createBatchDynamoDB(config).send(new ListTablesCommand({})), 1],
    ["SQS", () => createSqs(config).send(new ListQueuesCommand({})), 1],
  ])("of %s is asked as often as no one else would ask it again", async (_, send, attempts) => {
    await expect(send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(requests).toBe(attempts);
  });
});

describe("a service that does not answer", () => {
  it("is given up after five seconds when its answer stops in the middle, the first of its kind or not", async () => {
    const client = createBatchDynamoDB(config);
    const write = () =>
      client.send(
        new BatchWriteItemCommand({ RequestItems: { t: [{ PutRequest: { Item: { id: { S: "a" } } } }] } }),
      );
    answer = (count) => (count === 1 ? { status: 200, body: {} } : "stall");
    await write();
    // By the envelope, then by the SDK's ordinary way.
    await expect(write()).rejects.toThrow(/5000 ms/);
    await expect(write()).rejects.toThrow(/5000 ms/);
  }, 15_000);

  it("is given up after five seconds", async () => {
    answer = () => "hang";
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
  it("of batches leave out the SDK's logging, and SQS's the check of what it sent", async () => {
    const names = (client: { middlewareStack: { identify(): string[] } }) =>
      client.middlewareStack.identify().join(" ");
    for (const client of [createDynamoDB(config), createBatchDynamoDB(config), createSqs(config)])
      expect(names(client)).not.toContain("loggerMiddleware");
    answer = () => ({ status: 200, body: { MessageId: "m", MD5OfMessageBody: "of something else" } });
    const sent = await createSqs(config).send(
      new SendMessageCommand({ QueueUrl: config.endpoint, MessageBody: "a" }),
    );
    expect(sent.MessageId).toBe("m");
  });
});
