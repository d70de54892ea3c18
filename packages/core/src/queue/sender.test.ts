import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { AwsFailure, type AwsRequest, startAws } from "../../../../tests/support/aws.ts";
import type { Clock } from "../clock.ts";
import { createLog } from "../log.ts";
import { leapingClock } from "../testing/clock.ts";
import { createQueueSender, SendError } from "./sender.ts";

const QueueUrl = "http://127.0.0.1/0/queue";
const DEADLINE_MS = 60_000;

interface Entry {
  Id: string;
  MessageBody: string;
}

const accept = ({ input }: AwsRequest) => ({
  Successful: input.Entries.map(({ Id }: Entry) => ({ Id, MessageId: Id, MD5OfMessageBody: "" })),
});

async function open(
  answer: Parameters<typeof startAws>[0] = accept,
  options: { lingers?: boolean; clock?: Clock; deadlineAt?: number } = {},
) {
  const aws = await startAws(answer);
  const sqs = new SQSClient({ ...aws.config, md5: false });
  const clock = leapingClock();
  const lines: Record<string, unknown>[] = [];
  const sender = createQueueSender({
    sqs,
    queueUrl: QueueUrl,
    // One whose first batch would wait for ever shows that it is flushed.
    clock:
      options.lingers === true ? { ...clock, sleep: () => new Promise(() => {}) } : (options.clock ?? clock),
    random: () => 0.5,
    log: createLog({ level: "warn", destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
    deadlineAt: options.deadlineAt ?? DEADLINE_MS,
  });
  return {
    sender,
    clock,
    lines,
    batches: () => aws.requests.map(({ input }) => input.Entries.map((entry: Entry) => entry.MessageBody)),
    requests: aws.requests,
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      await aws[Symbol.asyncDispose]();
    },
  };
}

const bodies = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

describe("a batch", () => {
  it("sends a full batch, in order", async () => {
    await using queue = await open(accept, { lingers: true });
    await Promise.all(bodies(20).map((body) => queue.sender.send({ body })));
    expect(queue.batches()).toEqual([bodies(10), bodies(20).slice(10)]);
    expect(queue.requests[0]?.input.QueueUrl).toBe(QueueUrl);
  });

  it("sends a partial batch when flushed, and an empty one never", async () => {
    await using queue = await open(accept, { lingers: true });
    queue.sender.flush();
    const sent = bodies(3).map((body) => queue.sender.send({ body }));
    queue.sender.flush();
    queue.sender.flush();
    await Promise.all(sent);
    expect(queue.batches()).toEqual([bodies(3)]);
  });

  it("sends a partial batch half a second after its first message", async () => {
    await using queue = await open();
    await Promise.all(bodies(3).map((body) => queue.sender.send({ body })));
    expect(queue.batches()).toEqual([bodies(3)]);
    expect(queue.clock.waits).toEqual([500]);
  });

  it("gives each batch a wait of its own", async () => {
    const waits: (() => void)[] = [];
    const clock: Clock = { now: () => 0, sleep: () => new Promise((resolve) => void waits.push(resolve)) };
    await using queue = await open(accept, { clock });
    const first = queue.sender.send({ body: "first" });
    queue.sender.flush();
    await first;
    const second = ["second", "third"].map((body) => queue.sender.send({ body }));
    waits[0]?.();
    // Enough time for the second batch, if it were sent.
    await new Promise((resolve) => setImmediate(resolve));
    const fourth = queue.sender.send({ body: "fourth" });
    waits[1]?.();
    await Promise.all([...second, fourth]);
    expect(queue.batches()).toEqual([["first"], ["second", "third", "fourth"]]);
  });

  it("sends at most 256 KiB in a batch, attributes included", async () => {
    await using queue = await open(accept, { lingers: true });
    const half = "x".repeat(128 * 1024);
    // Name, type and value: 1 + 6 + 1 bytes.
    const attributes = { a: "b" };
    const sent = [half, half, half.slice(8), half].map((body, index) =>
      queue.sender.send(index === 2 ? { body, attributes } : { body }),
    );
    queue.sender.flush();
    await Promise.all(sent);
    expect(queue.batches().map((batch) => batch.length)).toEqual([2, 2]);
    const over = [half, `${half}x`].map((body) => queue.sender.send({ body }));
    queue.sender.flush();
    await Promise.all(over);
    expect(queue.batches().map((batch) => batch.length)).toEqual([2, 2, 1, 1]);
    const attributed = [
      queue.sender.send({ body: half.slice(7), attributes }),
      queue.sender.send({ body: half }),
    ];
    queue.sender.flush();
    await Promise.all(attributed);
    expect(queue.batches().map((batch) => batch.length)).toEqual([2, 2, 1, 1, 1, 1]);
  });

  it("sends attributes as text, and none if there are none", async () => {
    await using queue = await open();
    await Promise.all([
      queue.sender.send({ body: "a", attributes: { why: "because" } }),
      queue.sender.send({ body: "b" }),
    ]);
    expect(queue.requests[0]?.input.Entries).toEqual([
      {
        Id: "0",
        MessageBody: "a",
        MessageAttributes: { why: { DataType: "String", StringValue: "because" } },
      },
      { Id: "1", MessageBody: "b" },
    ]);
  });
});

describe("what SQS does not accept", () => {
  it("sends refused entries again after a growing wait, and only those", async () => {
    await using queue = await open((request, before) => {
      const { Successful } = accept(request);
      if (before > 1) return { Successful };
      const Failed = [{ Id: "1", SenderFault: false, Code: "Busy", Message: "later" }];
      return { Successful: Successful.filter(({ Id }: Entry) => Id !== "1"), Failed };
    });
    await Promise.all(bodies(3).map((body) => queue.sender.send({ body })));
    expect(queue.batches()).toEqual([["0", "1", "2"], ["1"]]);
    // Half of 100 ms after the half second in which the batch filled.
    expect(queue.clock.waits).toEqual([500, 50]);
    expect(queue.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        event: "send_retried",
        queueUrl: QueueUrl,
        entries: 1,
        attempts: 1,
        error: { name: "Error", message: "Busy: later" },
      }),
    ]);
  });

  it("reports what SQS said, if it said anything", async () => {
    await using queue = await open((request, before) => (before === 0 ? {} : accept(request)));
    await queue.sender.send({ body: "a" });
    expect(queue.lines[0]?.error).toMatchObject({ message: "no answer: no reason given" });
  });

  it("sends a failed request again as a whole, until no time is left", async () => {
    await using queue = await open(() => new AwsFailure("ServiceUnavailable", "down", 503));
    const outcomes = await Promise.allSettled(bodies(2).map((body) => queue.sender.send({ body })));
    const { waits } = queue.clock;
    expect(waits.slice(1, 8)).toEqual([50, 100, 200, 400, 800, 1_600, 2_500]);
    expect(waits.slice(8).every((ms) => ms === 2_500)).toBe(true);
    const waitedMs = waits.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeLessThan(DEADLINE_MS);
    expect(waitedMs + 2_500).toBeGreaterThanOrEqual(DEADLINE_MS);
    for (const outcome of outcomes) {
      const reason = outcome.status === "rejected" ? outcome.reason : undefined;
      expect(reason).toBeInstanceOf(SendError);
      expect(reason).toMatchObject({
        name: "SendError",
        code: "not_accepted_by_sqs",
        cause: { message: "down" },
      });
      expect(reason.message).toBe(`SQS did not accept 2 messages in ${queue.requests.length} attempts`);
    }
  });

  it("sends nothing after the deadline, to the millisecond", async () => {
    const down = () => new AwsFailure("ServiceUnavailable", "down", 503);
    // Half a second for the batch to fill, then half of 100 ms.
    await using queue = await open(down, { deadlineAt: 550 });
    await expect(queue.sender.send({ body: "a" })).rejects.toThrow(SendError);
    expect(queue.requests).toHaveLength(1);
    await using longer = await open(down, { deadlineAt: 551 });
    await expect(longer.sender.send({ body: "a" })).rejects.toThrow(SendError);
    expect(longer.requests).toHaveLength(2);
  });

  it("blocks other batches no longer than its own wait", async () => {
    await using queue = await open((request, before) =>
      before === 0 ? new AwsFailure("ServiceUnavailable", "down", 503) : accept(request),
    );
    await Promise.all(bodies(20).map((body) => queue.sender.send({ body })));
    expect(queue.requests).toHaveLength(3);
  });
});

describe("many batches", () => {
  it("sends eight batches at once, and the next one when one is done", async () => {
    let full = Promise.withResolvers<void>();
    let inFlight = 0;
    let most = 0;
    await using queue = await open(async (request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      // Time for a ninth to come, were there one.
      if (inFlight === 8) setTimeout(full.resolve, 100);
      await full.promise;
      inFlight -= 1;
      return accept(request);
    });
    for (const round of [1, 2]) {
      full = Promise.withResolvers();
      await Promise.all(bodies(200).map((body) => queue.sender.send({ body })));
      expect([most, queue.requests.length]).toEqual([8, 20 * round]);
    }
  });
});
