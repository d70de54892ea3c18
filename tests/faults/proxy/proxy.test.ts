import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Services, services, startServices } from "../../support/services.ts";
import { FAULT_KINDS, type FaultKind, faultsOf } from "./faults.ts";
import { chance, script } from "./schedule.ts";
import { type Effect, type FaultyProxy, startFaultyProxy } from "./server.ts";

let started: Services;

beforeAll(async () => {
  started = await startServices();
});
afterAll(() => started[Symbol.asyncDispose]());

/** A client of each service behind a proxy with these faults, which makes one attempt. */
async function open(operation: string, ...faults: (FaultKind | undefined)[]) {
  const effects: Effect[] = [];
  const target = operation === "BatchWriteItem" ? started.dynamodb : started.sqs;
  const proxy: FaultyProxy = await startFaultyProxy({
    target,
    onEffect: (effect) => void effects.push(effect),
  });
  proxy.setSchedule(script({ [operation]: faults }, 3));
  const config = { ...services.awsConfig(proxy.endpoint), maxAttempts: 1 };
  const dynamodb = new DynamoDBClient(config);
  const sqs = new SQSClient(config);
  return {
    proxy,
    effects,
    write: (device: string, count = 1) =>
      dynamodb.send(
        new BatchWriteItemCommand({
          RequestItems: { [started.names.measurementsTable]: puts(device, count) },
        }),
      ),
    send: (text: string, count = 1) =>
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: started.queueUrl,
          Entries: Array.from({ length: count }, (_, n) => ({ Id: `${n}`, MessageBody: `${text}${n}` })),
        }),
      ),
    async receive(): Promise<string[]> {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: started.queueUrl, MaxNumberOfMessages: 10 }),
      );
      return Messages.map(({ Body = "" }) => Body);
    },
    async [Symbol.asyncDispose]() {
      for (const client of [dynamodb, sqs]) client.destroy();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

function puts(device: string, count: number) {
  return Array.from({ length: count }, (_, n) => ({
    PutRequest: {
      Item: {
        device_id: { S: device },
        measurement_key: { S: `${n}` },
        measurement_type: { S: "t" },
        timestamp: { N: "1" },
      },
    },
  }));
}

async function storedOf(device: string): Promise<number> {
  const direct = new DynamoDBClient(services.awsConfig(started.dynamodb));
  const { Items = [] } = await direct.send(new ScanCommand({ TableName: started.names.measurementsTable }));
  direct.destroy();
  return Items.filter((item) => item.device_id?.S === device).length;
}

describe("the proxy", () => {
  it.each<[FaultKind, { takesEffect: boolean; error: string | RegExp }]>([
    ["dropped_before", { takesEffect: false, error: /hang up|ECONNRESET/ }],
    ["dropped_after", { takesEffect: true, error: /hang up|ECONNRESET/ }],
    ["reset_before", { takesEffect: false, error: /ECONNRESET|aborted/ }],
    ["reset_after", { takesEffect: true, error: /ECONNRESET|aborted/ }],
    ["server_error", { takesEffect: false, error: "injected" }],
    ["throttle", { takesEffect: false, error: "injected: Rate exceeded" }],
    ["clock_skew", { takesEffect: false, error: "injected: Signature expired" }],
  ])("injects %s", async (kind, { takesEffect, error }) => {
    await using client = await open("BatchWriteItem", kind);
    await expect(client.write(kind)).rejects.toThrow(error);
    expect(await storedOf(kind)).toBe(takesEffect ? 1 : 0);
    expect(client.proxy.injected[kind]).toBe(1);
    expect(client.effects.length).toBe(takesEffect ? 1 : 0);
    if (takesEffect) expect(await client.effects[0]?.delivered).toBe(false);
    await client.write(kind);
    expect(await client.effects.at(-1)?.delivered).toBe(true);
  });

  it("injects latency", async () => {
    await using client = await open("BatchWriteItem", "latency");
    await client.write("latency");
    expect(await storedOf("latency")).toBe(1);
  });

  it("writes a part of unprocessed_items and returns the rest", async () => {
    await using client = await open("BatchWriteItem", "unprocessed_items");
    const { UnprocessedItems } = await client.write("unprocessed", 25);
    const left = UnprocessedItems?.[started.names.measurementsTable]?.length ?? 0;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(25);
    expect(await storedOf("unprocessed")).toBe(25 - left);
  });

  it("accepts a part of partial_send and records only that", async () => {
    await using client = await open("SendMessageBatch", "partial_send");
    const { Successful = [], Failed = [] } = await client.send("partial", 10);
    expect([...Successful, ...Failed].map(({ Id }) => Id).sort()).toEqual([..."0123456789"]);
    expect(Failed.length).toBeGreaterThan(0);
    const received = (await client.receive()).sort();
    expect(received).toEqual(Successful.map(({ Id }) => `partial${Id}`).sort());
    expect(client.effects[0]?.request.Entries).toHaveLength(Successful.length);
  });

  it("delivers again what was delivered before for duplicate_delivery", async () => {
    await using client = await open("ReceiveMessage", undefined, "duplicate_delivery");
    await client.send("again");
    expect(await client.receive()).toEqual(["again0"]);
    expect(await client.receive()).toEqual(["again0"]);
    expect(await client.receive()).toEqual([]);
  });

  it("delays a delivery for delayed_delivery", async () => {
    await using client = await open("SendMessageBatch", "delayed_delivery");
    await client.send("late");
    expect(await client.receive()).toEqual([]);
    await expect.poll(() => client.receive(), { timeout: 5_000 }).toEqual(["late0"]);
  });

  it("reorders messages for reordered_delivery", async () => {
    await using client = await open("ReceiveMessage", "reordered_delivery");
    await client.send("order", 10);
    const received = await client.receive();
    const sent = Array.from({ length: 10 }, (_, n) => `order${n}`);
    expect(received).not.toEqual(sent);
    expect(received.toSorted()).toEqual(sent);
  });

  it("lets another receiver get a message while the first one works for expired_visibility", async () => {
    await using client = await open("ReceiveMessage", "expired_visibility");
    await client.send("expired");
    expect(await client.receive()).toEqual(["expired0"]);
    await expect.poll(() => client.receive(), { timeout: 5_000 }).toEqual(["expired0"]);
  });

  it("lets nothing through during an outage", async () => {
    await using client = await open("BatchWriteItem");
    client.proxy.setOutage(true);
    for (let n = 0; n < 4; n += 1) await expect(client.write("outage")).rejects.toThrow();
    client.proxy.setOutage(false);
    expect(await storedOf("outage")).toBe(0);
    await client.write("outage");
    expect(client.proxy.injected.outage).toBe(4);
  });
});

describe("faults by chance", () => {
  const draw = (seed: number, operation = "SendMessageBatch") => {
    const schedule = chance(seed, { "*": 0.5 });
    return Array.from({ length: 400 }, () => schedule.next(operation)?.kind);
  };

  it("gives the same faults for the same seed, and others for another", () => {
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("keeps to its rate, and brings every kind that the operation has", () => {
    const kinds = draw(1);
    const faults = kinds.filter((kind) => kind !== undefined);
    expect(faults.length).toBeGreaterThan(150);
    expect(faults.length).toBeLessThan(250);
    expect(new Set(faults)).toEqual(new Set(faultsOf("SendMessageBatch")));
  });

  it("covers every kind over all operations; an outage is switched by hand", () => {
    const operations = ["BatchWriteItem", "SendMessageBatch", "ReceiveMessage"];
    expect(new Set([...operations.flatMap((operation) => faultsOf(operation)), "outage"])).toEqual(
      new Set(FAULT_KINDS),
    );
  });
});
