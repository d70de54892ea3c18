import { SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { AwsFailure, startAws } from "../../../../tests/support/aws.ts";
import { createLog } from "../log.ts";
import { restSeconds, stretchVisibility } from "./visibility.ts";

const queueUrl = "http://127.0.0.1/0/queue";

async function stretch(receiveCounts: number[], answer: Parameters<typeof startAws>[0] = () => ({})) {
  await using aws = await startAws(answer);
  const sqs = new SQSClient(aws.config);
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level: "debug",
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  const messages = receiveCounts.map((receiveCount, index) => ({ receiptHandle: `r${index}`, receiveCount }));
  await stretchVisibility(messages, { sqs, queueUrl, log });
  sqs.destroy();
  return { requests: aws.requests, lines };
}

it("lets a message rest for half a minute, then twice as long each time, up to an hour", () => {
  const seconds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100].map(restSeconds);
  expect(seconds).toEqual([30, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]);
});

it("stretches each message by its receive count, ten per request", async () => {
  const { requests, lines } = await stretch([1, 2, 99, 1, 1, 1, 1, 1, 1, 1, 3]);
  expect(requests.map(({ operation }) => operation)).toEqual([
    "ChangeMessageVisibilityBatch",
    "ChangeMessageVisibilityBatch",
  ]);
  const inputs = requests.map(({ input }) => input).sort((a, b) => b.Entries.length - a.Entries.length);
  expect(inputs[0].Entries).toHaveLength(10);
  expect(inputs[0].Entries.slice(0, 3)).toEqual([
    { Id: "0", ReceiptHandle: "r0", VisibilityTimeout: 30 },
    { Id: "1", ReceiptHandle: "r1", VisibilityTimeout: 60 },
    { Id: "2", ReceiptHandle: "r2", VisibilityTimeout: 3_600 },
  ]);
  expect(inputs[1]).toEqual({
    QueueUrl: queueUrl,
    Entries: [{ Id: "0", ReceiptHandle: "r10", VisibilityTimeout: 120 }],
  });
  expect(lines).toEqual([]);
  expect((await stretch(Array.from({ length: 10 }, () => 1))).requests).toHaveLength(1);
});

it("reports what could not be stretched, and never throws: those messages come back by themselves", async () => {
  const Failed = [{ Id: "1", SenderFault: true, Code: "MessageNotInflight" }];
  expect((await stretch([1, 1], () => ({ Failed }))).lines).toEqual([
    expect.objectContaining({
      level: "warn",
      event: "visibility_not_stretched",
      messages: 1,
      code: "MessageNotInflight",
    }),
  ]);
  expect((await stretch([1, 1], () => new AwsFailure("ServiceUnavailable", "down", 503))).lines).toEqual([
    expect.objectContaining({
      level: "warn",
      event: "visibility_not_stretched",
      messages: 2,
      error: expect.objectContaining({ message: "down" }),
    }),
  ]);
});
