import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { decimalText } from "@energylive/core/decimal";
import { serializeMessage } from "@energylive/core/queue/message";
import { describe, expect, it } from "vitest";

import { type Collector, startCollector } from "./collector.ts";

const DEVICE = "I-10082023-01658401";

function body(timestamp: number): string {
  const value = decimalText("1");
  if (value === undefined) throw new TypeError("1 is not a number");
  return serializeMessage({
    device_id: DEVICE,
    measurement_type: "0100010700",
    timestamp,
    value,
    collection_time: "2024-09-17T08:00:00.123Z",
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
  it("quarantines a message that can never be stored at once, and stores the messages beside it (invariants 1 and 6)", async () => {
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
});
