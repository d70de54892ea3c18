import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { createQueueSender, SendError } from "@energylive/core/queue/sender";
import { resourceNames } from "@energylive/core/settings/names";
import { createSqs } from "@energylive/functions/clients";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { randomStage, services } from "../support/services.ts";
import { awsError, type Intercept, startAwsProxy } from "./aws-proxy.ts";

async function startSender(intercept: Intercept, options: { deadlineMs?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  const queues = await services.startSqs({ folder, names: resourceNames(randomStage()) });
  const proxy = await startAwsProxy(queues.endpoint, intercept);
  const direct = createSqs(services.awsConfig(queues.endpoint));
  const sqs = createSqs(services.awsConfig(proxy.endpoint));
  return {
    proxy,
    sender: createQueueSender({
      sqs,
      queueUrl: queues.queueUrl,
      clock: systemClock,
      random: Math.random,
      log: createLog({ level: "silent" }),
      deadlineAt: Date.now() + (options.deadlineMs ?? 60_000),
    }),
    async received(): Promise<string[]> {
      const bodies: string[] = [];
      for (;;) {
        const { Messages = [] } = await direct.send(
          new ReceiveMessageCommand({ QueueUrl: queues.queueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body = "" }) => Body));
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await direct.send(new DeleteMessageBatchCommand({ QueueUrl: queues.queueUrl, Entries }));
      }
    },
    async [Symbol.asyncDispose]() {
      for (const client of [direct, sqs]) client.destroy();
      await proxy[Symbol.asyncDispose]();
      await queues.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const forwardAll: Intercept = (_, forward) => forward();
const named = (count: number, round = 0) => Array.from({ length: count }, (_, index) => `${round}/${index}`);

describe("the sender", () => {
  it("sends every message once, ten to a request, whoever sends them", async () => {
    await using queue = await startSender(forwardAll);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 45 }), async (count) => {
        round += 1;
        queue.proxy.operations.length = 0;
        const bodies = named(count, round);
        const sends = bodies.map((body) => queue.sender.send({ body }));
        queue.sender.flush();
        await Promise.all(sends);
        expect(queue.proxy.operations).toHaveLength(Math.ceil(count / 10));
        expect((await queue.received()).sort()).toEqual(bodies.sort());
      }),
      { numRuns: 15 },
    );
  });

  it("does not let a batch that never fills wait for ever", async () => {
    await using queue = await startSender(forwardAll);
    await queue.sender.send({ body: "alone" });
    expect(await queue.received()).toEqual(["alone"]);
  });

  it("keeps a request below SQS's size, and sends large messages too", async () => {
    await using queue = await startSender(async (request, forward) => {
      expect(Buffer.byteLength(JSON.stringify(request.body.Entries))).toBeLessThan(300_000);
      return forward();
    });
    const bodies = Array.from({ length: 12 }, (_, index) => `${index}`.repeat(100_000).slice(0, 100_000));
    await Promise.all(bodies.map((body) => queue.sender.send({ body })));
    expect((await queue.received()).sort()).toEqual(bodies.sort());
  });

  it("sends the refused entries of a batch again, and only those", async () => {
    const sent: number[] = [];
    await using queue = await startSender(async (request, forward) => {
      const { Entries } = request.body;
      sent.push(Entries.length);
      if (sent.length > 1) return forward();
      const Failed = Entries.slice(4).map(({ Id }: { Id: string }) => ({
        Id,
        SenderFault: false,
        Code: "InternalError",
      }));
      const Successful = Entries.slice(0, 4).map(({ Id, MessageBody }: Record<string, string>) => ({
        Id,
        MessageId: Id,
        // The SDK compares it with what it sent.
        MD5OfMessageBody: createHash("md5")
          .update(MessageBody ?? "")
          .digest("hex"),
      }));
      return { status: 200, body: { Failed, Successful } };
    });
    await Promise.all(named(10).map((body) => queue.sender.send({ body })));
    expect(sent).toEqual([10, 6]);
    expect((await queue.received()).sort()).toEqual(named(10).slice(4));
  });

  it.each<[string, Intercept]>([
    ["5xx", async () => awsError(503, "ServiceUnavailable")],
    ["a reset connection", async () => "reset"],
  ])("tries again after %s", async (_, failure) => {
    let requests = 0;
    await using queue = await startSender(async (request, forward) => {
      requests += 1;
      return requests <= 2 ? failure(request, forward) : forward();
    });
    await Promise.all(named(3).map((body) => queue.sender.send({ body })));
    expect((await queue.received()).sort()).toEqual(named(3));
  });

  it("says at the deadline which messages SQS has not accepted", async () => {
    await using queue = await startSender(async () => awsError(503, "ServiceUnavailable"), {
      deadlineMs: 1_500,
    });
    const outcomes = await Promise.allSettled(named(12).map((body) => queue.sender.send({ body })));
    expect(
      outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason instanceof SendError),
    ).toBe(true);
  });
});
