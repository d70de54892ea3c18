import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";

import { AwsFailure, startAws } from "../../../../tests/support/aws.ts";
import { leapingClock } from "../testing/clock.ts";
import { type DeadLetter, deadLetter } from "./dead-letter.ts";
import { moveAllMessages } from "./move-task.ts";
import { redriveLetters } from "./redrive.ts";
import type { QueueMessage } from "./sender.ts";

const attribute = (StringValue: string) => ({ DataType: "String", StringValue });

function letters(count: number): DeadLetter[] {
  return Array.from({ length: count }, (_, index) =>
    deadLetter({
      MessageId: `m${index}`,
      Body: `${index}`,
      MessageAttributes: {
        failure_reason: attribute("invalid_json"),
        failure_detail: attribute("no JSON"),
        failed_at: attribute("2026-11-24T12:00:00.000Z"),
        failed_in: attribute("consumer"),
        mine: attribute("kept"),
        raw: { DataType: "Binary" },
      },
    }),
  );
}

/** Two queues that record what happens to them, in order. */
function queues(refuses: (body: string) => boolean = () => false) {
  const done: string[] = [];
  const sent: QueueMessage[] = [];
  return {
    done,
    sent,
    dlq: {
      async remove(removed: readonly DeadLetter[]) {
        done.push(`removed ${removed.map(({ body }) => body).join(" ")}`);
      },
    },
    queue: {
      async send(message: QueueMessage) {
        if (refuses(message.body)) throw new Error("refused");
        sent.push(message);
      },
      flush: () => void done.push("flushed"),
    },
  };
}

describe("a redrive", () => {
  it("deletes a message once the queue has accepted it, and sends it without its failure attributes", async () => {
    const { done, sent, ...ends } = queues();
    expect(await redriveLetters(letters(2), ends)).toEqual({ moved: 2, left: 0 });
    expect(done).toEqual(["flushed", "removed 0 1"]);
    expect(sent).toStrictEqual([
      { body: "0", attributes: { mine: "kept" } },
      { body: "1", attributes: { mine: "kept" } },
    ]);
  });

  it("leaves what the queue refuses where it is", async () => {
    const { done, ...ends } = queues((body) => body === "1");
    expect(await redriveLetters(letters(3), ends)).toEqual({ moved: 2, left: 1 });
    expect(done).toEqual(["flushed", "removed 0 2"]);
  });

  it("moves a hundred at a time, reports progress, and stops in between when told to", async () => {
    const told: number[] = [];
    const { done, ...ends } = queues();
    const onMoved = (moved: number) => void told.push(moved);
    expect(await redriveLetters(letters(201), { ...ends, onMoved })).toEqual({ moved: 201, left: 0 });
    expect(told).toEqual([100, 200, 201]);
    expect(await redriveLetters(letters(100), ends)).toEqual({ moved: 100, left: 0 });

    const ending = new AbortController();
    const result = await redriveLetters(letters(201), {
      ...ends,
      onMoved: () => ending.abort(),
      signal: ending.signal,
    });
    expect(result).toEqual({ moved: 100, left: 101 });
    // Flushed and removed, for each hundred.
    expect(done).toHaveLength(2 * (3 + 1 + 1));
  });
});

describe("SQS's own redrive", () => {
  const move = async (answers: object[]) => {
    await using aws = await startAws((_, before) => answers[before] ?? {});
    const sqs = new SQSClient(aws.config);
    const clock = leapingClock();
    const told: number[] = [];
    try {
      const moved = await moveAllMessages({
        sqs,
        sourceArn: "arn:dlq",
        destinationArn: "arn:queue",
        clock,
        onMoved: (count) => void told.push(count),
      });
      return { moved, told, waits: clock.waits, requests: aws.requests };
    } finally {
      sqs.destroy();
    }
  };
  const task = (Status: string, moved?: number, more: object = {}) => ({
    Results: [{ Status, ApproximateNumberOfMessagesMoved: moved, ...more }],
  });

  it("names the destination, and asks every second until SQS is done", async () => {
    const { moved, told, waits, requests } = await move([
      { TaskHandle: "t" },
      task("RUNNING"),
      task("RUNNING", 40),
      task("COMPLETED", 50),
    ]);
    expect([moved, told, waits]).toEqual([50, [0, 40, 50], [1_000, 1_000]]);
    expect(requests.slice(0, 2)).toEqual([
      { operation: "StartMessageMoveTask", input: { SourceArn: "arn:dlq", DestinationArn: "arn:queue" } },
      { operation: "ListMessageMoveTasks", input: { SourceArn: "arn:dlq", MaxResults: 1 } },
    ]);
  });

  it("works without a report of progress", async () => {
    await using aws = await startAws(() => task("COMPLETED", 3));
    const sqs = new SQSClient(aws.config);
    const ends = { sqs, sourceArn: "arn:dlq", destinationArn: "arn:queue", clock: leapingClock() };
    expect(await moveAllMessages(ends)).toBe(3);
    sqs.destroy();
  });

  it.each(["InvalidAction", "UnsupportedOperation", "UnknownOperationException"])(
    "returns nothing on an SQS without move tasks, which answers %s",
    async (code) => {
      const { moved, requests } = await move([new AwsFailure(code)]);
      expect([moved, requests.length]).toEqual([undefined, 1]);
    },
  );

  it("says why SQS's redrive cannot start or failed, and what is left", async () => {
    await expect(move([new AwsFailure("ResourceNotFoundException")])).rejects.toThrow(
      "ResourceNotFoundException",
    );
    await expect(move([{}, task("FAILED", 7, { FailureReason: "denied" })])).rejects.toThrow(
      "SQS ended the redrive after 7 messages (FAILED): denied; the others are still in the dead-letter queue",
    );
    await expect(move([{}, { Results: [] }])).rejects.toThrow(
      /after 0 messages \(undefined\): no reason given/,
    );
  });
});
