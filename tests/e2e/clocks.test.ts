import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { parseMessage } from "@energylive/core/queue/message";
import { describe, expect, it } from "vitest";

import { startCollector } from "./collector.ts";

const TYPE = "0100010800";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Whole minutes, well before the wall clock, so nothing is ahead of it by accident. */
const NOW = Math.floor(Date.now() / MINUTE) * MINUTE - 24 * HOUR;

/** Polls a device once for each measurement, and returns what is in the table and in the dead-letter queue. */
async function collect(sent: readonly { timestamp: number; value: number }[]) {
  await using collector = await startCollector();
  const [id = ""] = collector.ids;
  await collector.put({ device_id: id });
  const results = { published: 0, unchanged: 0, quarantined: 0 };
  for (const measurement of sent) {
    collector.api.setResponse(id, [{ measurement: TYPE, ...measurement }]);
    const { published, unchanged, quarantined } = await collector.stack.poll({ device_ids: [id] });
    results.published += published;
    results.unchanged += unchanged;
    results.quarantined += quarantined;
  }
  await collector.drained();
  const stored = (await collector.items(id)).map((item) => `${item.timestamp?.N}=${item.value?.N}`);
  const dead = (await collector.dlq()).map(({ Body = "", MessageAttributes }) => ({
    measurement: parseMessage(Body).message,
    reason: MessageAttributes?.failure_reason?.StringValue,
    detail: MessageAttributes?.failure_detail?.StringValue,
  }));
  return { results, stored, dead };
}

const distinct = (sent: readonly { timestamp: number; value: number }[]) =>
  [...new Set(sent.map(({ timestamp, value }) => `${timestamp}=${value}`))].sort();

describe("a device whose clock is wrong", () => {
  it.each([
    ["an hour ahead and is corrected", [HOUR, HOUR + 5 * MINUTE, 0, 5 * MINUTE, 10 * MINUTE]],
    ["four minutes ahead and is corrected", [4 * MINUTE, 5 * MINUTE, 2 * MINUTE, 3 * MINUTE]],
    [
      "set to 2020 for three polls",
      [0, Date.UTC(2020, 0) - NOW, Date.UTC(2020, 0, 2) - NOW, Date.UTC(2020, 0, 3) - NOW, 5 * MINUTE],
    ],
  ])("loses nothing when it is %s", async (_, times) => {
    const sent = times.map((after, index) => ({ timestamp: NOW + after, value: 1_000 + index }));
    const { results, stored, dead } = await collect(sent);
    expect(stored.sort()).toEqual(distinct(sent));
    expect(dead).toEqual([]);
    expect(results).toEqual({ published: sent.length, unchanged: 0, quarantined: 0 });
  });

  it("quarantines what is dated in the year 2100, and goes on", async () => {
    const times = [0, Date.UTC(2100, 0) - NOW, 5 * MINUTE, 10 * MINUTE];
    const sent = times.map((after, index) => ({ timestamp: NOW + after, value: 1_000 + index }));
    const [, absurd, ...others] = sent;
    const { stored, dead } = await collect(sent);
    expect(stored.sort()).toEqual(distinct([...sent.slice(0, 1), ...others]));
    expect(dead).toMatchObject([
      {
        reason: "implausible_time",
        measurement: { timestamp: absurd?.timestamp, value: String(absurd?.value) },
      },
    ]);
  });

  it("publishes two alternating answers once", async () => {
    const two = [
      { timestamp: NOW, value: 1 },
      { timestamp: NOW - 5 * MINUTE, value: 2 },
    ];
    const { results, stored } = await collect([...two, ...two, ...two]);
    expect(stored.sort()).toEqual(distinct(two));
    expect(results).toEqual({ published: 2, unchanged: 4, quarantined: 0 });
  });
});

describe("a value that is corrected", () => {
  it("keeps the first value and quarantines each other one once, with both in the detail", async () => {
    const sent = [138, 140, 138, 140, 141].map((value) => ({ timestamp: NOW, value }));
    const { results, stored, dead } = await collect(sent);
    expect(stored).toEqual([`${NOW}=138`]);
    expect(dead.map(({ measurement }) => measurement?.value).sort()).toEqual(["140", "141"]);
    for (const { reason } of dead) expect(reason).toBe("conflicting_value");
    expect(dead.map(({ detail }) => detail)).toContain(
      `${TYPE} at ${NOW} is 140, but 138 was published before; a redrive replaces it`,
    );
    expect(results).toEqual({ published: 1, unchanged: 2, quarantined: 2 });
  });

  it("replaces the stored value when a person redrives it", async () => {
    await using collector = await startCollector();
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id });
    for (const value of [138, 140]) {
      collector.api.setResponse(id, [{ measurement: TYPE, timestamp: NOW, value }]);
      await collector.stack.poll({ device_ids: [id] });
    }
    await collector.drained();
    const { sqs, endpoints } = collector.stack;
    for (const { Body } of await collector.dlq())
      await sqs.send(new SendMessageCommand({ QueueUrl: endpoints.queueUrl, MessageBody: Body }));
    await collector.drained();
    expect((await collector.items(id)).map(({ value }) => value?.N)).toEqual(["140"]);
  });
});

it("reads the state of an earlier version, which remembers times only", async () => {
  await using collector = await startCollector();
  const [id = ""] = collector.ids;
  await collector.put({ device_id: id, state: { watermarks: { [TYPE]: NOW } } });
  const sent = [NOW, NOW - HOUR].map((timestamp) => ({ measurement: TYPE, timestamp, value: 1 }));
  collector.api.setResponse(id, sent);
  expect(await collector.stack.poll({ device_ids: [id] })).toMatchObject({ published: 1, unchanged: 1 });
});
