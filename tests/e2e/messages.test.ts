import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { decimalText } from "@energylive/core/decimal";
import { serializeMessage } from "@energylive/core/queue/message";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Collector, reasons, startCollector } from "./collector.ts";

const DEVICE = "I-10082023-01658401";

function body(
  timestamp: number,
  value = "1",
  type = "0100010700",
  collection_time = "2024-09-17T08:00:00.123Z",
): string {
  const decimal = decimalText(value);
  if (decimal === undefined) throw new TypeError(`${value} is no number`);
  return serializeMessage({
    device_id: DEVICE,
    measurement_type: type,
    timestamp,
    value: decimal,
    collection_time,
    retention_days: 365,
  });
}

async function send({ stack }: Collector, bodies: readonly string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies
      .slice(start, start + 10)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await stack.sqs.send(
      new SendMessageBatchCommand({ QueueUrl: stack.endpoints.queueUrl, Entries }),
    );
    expect(Failed).toEqual([]);
  }
}

describe("a message that can never be stored", () => {
  it("is quarantined at once with its reason, and the messages beside it are stored (invariants 1 and 6)", async () => {
    await using collector = await startCollector();
    const good = Array.from({ length: 30 }, (_, index) => body(1726559995000 + index));
    const poison = {
      "not JSON {": "invalid_json",
      "[]": "invalid_message",
      '{"v":1}': "invalid_message",
      [body(1726559995000).replace('"v":1', '"v":2')]: "unknown_version",
      [body(1726559995000).replace('"value":1', '"value":"1"')]: "invalid_message",
      [body(1726559995000).replace("1726559995000", "17")]: "invalid_message",
    };
    await send(collector, [...good.slice(0, 15), ...Object.keys(poison), ...good.slice(15)]);
    await collector.drained();

    expect(await collector.items(DEVICE)).toHaveLength(good.length);
    const dead = await collector.dlq();
    expect(
      Object.fromEntries(
        dead.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.failure_reason?.StringValue]),
      ),
    ).toEqual(poison);
    for (const { MessageAttributes } of dead) {
      expect(MessageAttributes).toMatchObject({
        failure_detail: { StringValue: expect.stringMatching(/\w/) },
        failed_at: { StringValue: expect.stringMatching(/^\d{4}-.*Z$/) },
        failed_in: { StringValue: "consumer" },
      });
    }
    const versions = dead.filter(
      ({ MessageAttributes }) => MessageAttributes?.failure_reason?.StringValue === "unknown_version",
    );
    expect(versions[0]?.MessageAttributes?.failure_detail?.StringValue).toMatch(
      /v is 2; this consumer reads up to 1/,
    );
  });

  it("is accounted for whatever it holds: stored, or in the dead-letter queue (invariant 1)", async () => {
    await using collector = await startCollector();
    const sendable = fc
      .oneof(fc.string({ minLength: 1 }), fc.json(), fc.string({ unit: "binary", minLength: 1 }))
      .filter((text) => /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]+$/u.test(text));
    const bodies = fc.sample(sendable, { numRuns: 150, seed: 7 });
    await send(collector, bodies);
    await collector.drained();
    const dead = await collector.dlq();
    expect(dead.map(({ Body }) => Body).sort()).toEqual([...bodies].sort());
    expect(new Set(reasons(dead))).toEqual(new Set(["invalid_json", "invalid_message"]));
  });
});

describe("messages of one measurement", () => {
  it("never share an item with another type or time (invariant 3)", async () => {
    await using collector = await startCollector();
    const bodies = ["a", "b", "a#b", "1726559995000#a"].flatMap((type) =>
      [1726559995000, 1726559995001].map((timestamp) => body(timestamp, "1", type)),
    );
    await send(collector, bodies);
    await collector.drained();
    expect(await collector.items(DEVICE)).toHaveLength(bodies.length);
  });
});

describe("the consumer's batches", () => {
  it("take any number of messages, and store each once", async () => {
    await using collector = await startCollector();
    let expected = 0;
    for (const count of [1, 24, 25, 26, 101, 250]) {
      const bodies = Array.from({ length: count }, (_, index) => body(1726559995000 + expected + index));
      expected += count;
      await send(collector, bodies);
      await collector.drained();
      expect(await collector.items(DEVICE)).toHaveLength(expected);
    }
    expect(collector.stack.totals).toEqual({ stored: expected, duplicate: 0, quarantined: 0 });
  });

  it("leave nothing of a message that is not from the fetcher but has its form", async () => {
    await using collector = await startCollector();
    const MessageBody = ` ${body(1726559995000).replace('"value":1', '"value":1.50e2,"later":{"field":[1,2]}')}\n`;
    await collector.stack.sqs.send(
      new SendMessageCommand({ QueueUrl: collector.stack.endpoints.queueUrl, MessageBody }),
    );
    await collector.drained();
    expect((await collector.items(DEVICE)).map(({ value }) => value?.N)).toEqual(["150"]);
  });
});
