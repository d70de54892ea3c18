import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";

import { AwsFailure, type AwsRequest, startAws } from "../../../../tests/support/aws.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { openDeadLetterQueue } from "./dead-letter-queue.ts";

const QueueUrl = "http://127.0.0.1/0/dlq";

async function open(answer: (request: AwsRequest, before: number) => object) {
  const aws = await startAws(answer);
  const sqs = new SQSClient({ ...aws.config, md5: false });
  const dlq = openDeadLetterQueue({ sqs, queueUrl: QueueUrl, waitSeconds: 2 });
  return {
    aws,
    dlq,
    async read(signal?: AbortSignal): Promise<DeadLetter[]> {
      return Array.fromAsync(dlq.read(signal));
    },
    inputs: (operation: string) =>
      aws.requests.filter((request) => request.operation === operation).map(({ input }) => input),
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      await aws[Symbol.asyncDispose]();
    },
  };
}

/** A queue of messages, each handed out once, and some a second time. */
function holding(count: number, again: number[] = []) {
  const waiting = [...Array.from({ length: count }, (_, index) => index), ...again];
  let receipts = 0;
  return ({ operation }: AwsRequest): object =>
    operation === "ReceiveMessage"
      ? {
          Messages: waiting.splice(0, 10).map((index) => ({
            MessageId: `m${index}`,
            ReceiptHandle: `r${receipts++}`,
            Body: `${index}`,
          })),
        }
      : {};
}

const ids = (letters: readonly DeadLetter[]) => letters.map(({ messageId }) => messageId);

describe("reading a dead-letter queue", () => {
  it("holds each message for ten minutes, and asks for all of its attributes", async () => {
    await using queue = await open(holding(1));
    expect(ids(await queue.read())).toEqual(["m0"]);
    expect(queue.inputs("ReceiveMessage")[0]).toEqual({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
      WaitTimeSeconds: 2,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    expect(queue.aws.requests).toHaveLength(2);
  });

  it("receives ten at once from a long queue, one at a time from a short one", async () => {
    await using queue = await open(holding(35));
    expect(new Set(ids(await queue.read())).size).toBe(35);
    // One full receive, then ten that take the rest, then ten that find nothing.
    expect(queue.aws.requests).toHaveLength(21);
    await using short = await open(holding(9));
    expect(await short.read()).toHaveLength(9);
    expect(short.aws.requests).toHaveLength(2);
  });

  it("returns a message that comes twice once, and deletes it by the newer receipt", async () => {
    await using queue = await open(holding(1, [0]));
    const letters = await queue.read();
    expect(ids(letters)).toEqual(["m0"]);
    await queue.dlq.remove(letters);
    expect(queue.inputs("DeleteMessageBatch")).toEqual([
      { QueueUrl, Entries: [{ Id: "0", ReceiptHandle: "r1" }] },
    ]);
  });

  it("ends early when told to", async () => {
    const ending = new AbortController();
    await using queue = await open((request, before) => {
      if (before === 1) ending.abort();
      return holding(3)(request);
    });
    await queue.read(ending.signal);
    expect(queue.aws.requests).toHaveLength(2);
    ending.abort();
    expect(await queue.read(ending.signal)).toEqual([]);
    expect(queue.aws.requests).toHaveLength(2);
  });
});

describe("what was read", () => {
  it("deletes ten at a time, and makes the others visible at once", async () => {
    await using queue = await open(holding(25));
    const letters = await queue.read();
    await queue.dlq.remove(letters.slice(0, 12));
    const deleted = queue.inputs("DeleteMessageBatch").map(({ Entries }) => Entries.length);
    expect(deleted.sort()).toEqual([10, 2]);
    await queue.dlq.giveBack();
    const given = queue.inputs("ChangeMessageVisibilityBatch").flatMap(({ Entries }) => Entries);
    expect(given).toHaveLength(13);
    expect(given.every((entry: { VisibilityTimeout: number }) => entry.VisibilityTimeout === 0)).toBe(true);
    await queue.dlq.giveBack();
    expect(queue.inputs("ChangeMessageVisibilityBatch").flatMap(({ Entries }) => Entries)).toHaveLength(13);
  });

  it("repeats only the entries that SQS refuses", async () => {
    const contents = holding(3);
    await using queue = await open((request) => {
      if (request.operation !== "DeleteMessageBatch") return contents(request);
      const { Entries } = request.input;
      return Entries.length === 3 ? { Failed: [{ Id: "1", SenderFault: false, Code: "InternalError" }] } : {};
    });
    const letters = await queue.read();
    await queue.dlq.remove(letters);
    expect(queue.inputs("DeleteMessageBatch").map(({ Entries }) => Entries)).toEqual([
      [
        { Id: "0", ReceiptHandle: "r0" },
        { Id: "1", ReceiptHandle: "r1" },
        { Id: "2", ReceiptHandle: "r2" },
      ],
      [{ Id: "0", ReceiptHandle: "r1" }],
    ]);
  });

  it.each([
    [{ Code: "InternalError", Message: "try later" }, /SQS refused 1 messages: try later/],
    [{ Code: "InternalError" }, /SQS refused 1 messages: InternalError/],
    [{}, /SQS refused 1 messages: no reason given/],
  ])("reports what SQS refuses three times: %j", async (failure, problem) => {
    const contents = holding(1);
    await using queue = await open((request) =>
      request.operation === "ReceiveMessage"
        ? contents(request)
        : { Failed: [{ Id: "0", SenderFault: false, ...failure }] },
    );
    const letters = await queue.read();
    await expect(queue.dlq.remove(letters)).rejects.toThrow(problem);
    expect(queue.inputs("DeleteMessageBatch")).toHaveLength(3);
    await expect(queue.dlq.giveBack()).rejects.toThrow(problem);
  });

  it("reports a request that fails as a whole", async () => {
    await using queue = await open(() => new AwsFailure("QueueDoesNotExist"));
    await expect(queue.read()).rejects.toThrow("QueueDoesNotExist");
  });
});
