import {
  DEFAULT_INTERVAL_SECONDS,
  EVENT_SOURCE_MAPPING,
  QUEUE_SETTINGS,
} from "@energylive/core/settings/pipeline";
import { describe, expect, it } from "vitest";

import { messageBody, type SimulatedPipeline, STARTS_AT, startPipeline } from "./pipeline.ts";

const HOUR_MS = 3_600_000;
/** Every third poll of the default schedule: each costs some fifteen invocations of the real consumer. */
const INTERVAL_MS = 3 * DEFAULT_INTERVAL_SECONDS * 1000;

/** What polls of a number of devices bring over a time. */
async function arrive({ clock, queue }: SimulatedPipeline, devices: number, ms: number): Promise<number> {
  const endsAt = clock.now() + ms;
  let sent = 0;
  while (clock.now() < endsAt) {
    for (let index = 0; index < devices; index += 1) queue.send(messageBody(index, clock.now()));
    sent += devices;
    await clock.pass(INTERVAL_MS);
  }
  return sent;
}

/** Lets time pass until the queue is empty, and answers how long that took. */
async function drain({ clock, queue }: SimulatedPipeline): Promise<number> {
  const startedAt = clock.now();
  while (queue.messages.length > 0) await clock.pass(1_000);
  return clock.now() - startedAt;
}

describe("a table that is down for twelve hours (invariant 6)", () => {
  it("moves no message to the DLQ and stores each one after a 12-hour outage, at the configured settings", async () => {
    await using pipeline = await startPipeline();
    pipeline.table.isDown = true;
    const sent = await arrive(pipeline, 10, 12 * HOUR_MS);
    expect(pipeline.queue.messages).toHaveLength(sent);
    expect(pipeline.dlq.messages).toEqual([]);

    const receives = pipeline.mostReceives();
    expect(receives).toBeGreaterThan(15);
    expect(receives).toBeLessThan(20);
    expect(receives).toBeLessThan(QUEUE_SETTINGS.maxReceiveCount / 10);

    pipeline.table.isDown = false;
    const drainedMs = await drain(pipeline);
    // The last of them rests for an hour when the table comes back, and for no longer.
    expect(drainedMs).toBeLessThan(HOUR_MS + 60_000);
    expect(pipeline.table.items.size).toBe(sent);
    expect(pipeline.dlq.messages).toEqual([]);
  }, 90_000);

  it("shows the outage in what the consumer returns, not in the age of the oldest message", async () => {
    await using pipeline = await startPipeline();
    const { clock, queue } = pipeline;
    pipeline.table.isDown = true;
    const periods: number[] = [];
    let oldestSeconds = 0;
    for (let poll = 0; poll < 12; poll += 1) {
      queue.send(messageBody(0, clock.now()));
      for (const endsAt = clock.now() + DEFAULT_INTERVAL_SECONDS * 1000; clock.now() < endsAt; ) {
        await clock.pass(60_000);
        oldestSeconds = Math.max(oldestSeconds, queue.oldestSeconds);
      }
      periods.push(pipeline.returned());
    }
    // What SQS reports stays below what OldestMessageTooOld waits for: MeasurementsReturned has to ring.
    expect(oldestSeconds).toBeLessThan(900);
    expect(Math.min(...periods)).toBeGreaterThan(0);
  });

  it("stays below the receive count when no invocation ever answers", async () => {
    await using pipeline = await startPipeline();
    // The consumer is gone altogether: every receive ends with the queue's own visibility timeout.
    pipeline.mapping.stop();
    await pipeline.clock.pass(2_000);
    pipeline.queue.send(messageBody(0, STARTS_AT));
    for (let waitedMs = 0; waitedMs < 12 * HOUR_MS; waitedMs += 60_000) {
      pipeline.queue.receive(EVENT_SOURCE_MAPPING.batchSize);
      await pipeline.clock.pass(60_000);
    }
    const [message] = pipeline.queue.messages;
    expect(message?.receiveCount).toBe(48);
    expect(pipeline.dlq.messages).toEqual([]);
  });
});

describe("a consumer that crashes on everything", () => {
  it("moves messages to the DLQ after two and a half days of crashes, from where they can be redriven", async () => {
    await using pipeline = await startPipeline();
    pipeline.mapping.stop();
    await pipeline.clock.pass(2_000);
    pipeline.queue.send(messageBody(0, STARTS_AT));
    while (pipeline.dlq.messages.length === 0) {
      pipeline.queue.receive(EVENT_SOURCE_MAPPING.batchSize);
      await pipeline.clock.pass(60_000);
    }
    expect(Math.round((pipeline.clock.now() - STARTS_AT) / HOUR_MS)).toBe(63);
  });

  it("loses messages after fourteen days when the consumer is not invoked at all", async () => {
    await using pipeline = await startPipeline();
    pipeline.mapping.stop();
    await pipeline.clock.pass(2_000);
    pipeline.queue.send(messageBody(0, STARTS_AT));
    await pipeline.clock.pass(14 * 24 * HOUR_MS - 60_000);
    expect(pipeline.queue.messages).toHaveLength(1);
    await pipeline.clock.pass(120_000);
    expect([pipeline.queue.messages.length, pipeline.queue.expired]).toEqual([0, 1]);
  });
});

describe("a table that is down for longer than the queue keeps messages", () => {
  it("moves messages to the DLQ after ten days, where they stay until the fourteenth", async () => {
    await using pipeline = await startPipeline();
    pipeline.table.isDown = true;
    for (let index = 0; index < 10; index += 1) pipeline.queue.send(messageBody(index, STARTS_AT));
    let movedAfterMs = 0;
    while (pipeline.queue.messages.length > 0) {
      await pipeline.clock.pass(60_000);
      if (pipeline.dlq.messages.length > 0) movedAfterMs ||= pipeline.clock.now() - STARTS_AT;
    }
    expect({
      movedAfterHours: Math.round(movedAfterMs / HOUR_MS),
      dlq: pipeline.dlq.messages.length,
      expired: pipeline.queue.expired,
    }).toEqual({ movedAfterHours: 244, dlq: 10, expired: 0 });
    await pipeline.clock.pass(3 * 24 * HOUR_MS);
    expect(pipeline.dlq.messages).toHaveLength(10);
    await pipeline.clock.pass(24 * HOUR_MS);
    expect([pipeline.dlq.messages.length, pipeline.dlq.expired]).toEqual([0, 10]);
  });
});
