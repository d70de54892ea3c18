import { describe, expect, it } from "vitest";

import { parseDevice } from "../device/device.ts";
import { OutOfTimeError } from "../energylive/errors.ts";
import type { LatestResponse } from "../energylive/latest.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";
import { answer, ID, idOf, iso, NOW, run } from "../testing/fetcher.ts";
import { parseFetcherEvent } from "./run.ts";

describe("the event", () => {
  it("takes a missing event as the only shard", () => {
    for (const event of [undefined, null, {}])
      expect(parseFetcherEvent(event)).toEqual({ shard: { index: 0, total: 1 } });
    const whole = { shard: { index: 2, total: 3 }, device_ids: [ID] };
    expect(parseFetcherEvent(whole)).toEqual(whole);
  });

  it.each([
    [{ shard: { index: 3, total: 3 } }, /shard 3 does not exist: there are 3/],
    [{ shard: { index: -1, total: 3 } }, /event is not \{"shard":\{"index":0,"total":1\}\}: shard\.index/],
    [{ shard: { index: 0, total: 0 } }, /shard\.total/],
    [{ shard: { index: 0, total: 0 }, device_ids: [""] }, /shard\.total [^;]*; device_ids\.0 is empty/],
    [{ shard: { index: 0.5, total: 1 } }, /shard\.index/],
    [{ device_ids: [""] }, /device_ids\.0 is empty/],
    [{ device_ids: ID }, /device_ids/],
    [7, /event is not/],
  ])("shows the expected form of a wrong event: %j", (event, problem) => {
    expect(() => parseFetcherEvent(event)).toThrow(ConfigurationError);
    expect(() => parseFetcherEvent(event)).toThrow(problem);
  });
});

describe("the devices of a shard", () => {
  const polledAt = (index: number, ms: number) => ({
    device_id: idOf(index),
    state: { last_polled_at: iso(NOW - ms), watermarks: { x: NOW } },
  });

  it("polls the least recently polled devices first, and those never polled before all others", async () => {
    const items = [polledAt(1, 60_000), polledAt(2, 180_000), { device_id: idOf(3) }, polledAt(4, 120_000)];
    expect((await run({ items })).asked).toEqual([3, 2, 4, 1].map(idOf));
  });

  it("skips disabled, resting and not due devices; fails and logs invalid ones; counts stale ones, invalid included", async () => {
    const ran = await run({
      items: [
        { device_id: idOf(1), enabled: false },
        { ...polledAt(2, 60_000), interval_seconds: 3_600 },
        { device_id: idOf(3), state: { not_before: iso(NOW + 1_000) } },
        { device_id: idOf(4), enabeld: true },
        { device_id: idOf(5), state: { last_polled_at: iso(NOW - 60_000) } },
        { device_id: idOf(6) },
      ],
    });
    expect(ran.asked).toEqual([idOf(6), idOf(5)]);
    expect(ran.result).toMatchObject({ polled: 2, skipped: 3, failed: 1, deferred: 0 });
    expect([ran.invalid, ran.stale]).toEqual([1, 2]);
    expect(ran.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        event: "device_invalid",
        device_id: idOf(4),
        problems: [expect.objectContaining({ field: "enabeld", code: "unknown_field" })],
      }),
    ]);
  });

  it("counts an invalid device as stopped for an hour and a half after its last poll, or for longer if its interval is", async () => {
    const invalid = (index: number, ms?: number, interval_seconds = 300) => ({
      device_id: idOf(index),
      enabeld: true,
      interval_seconds,
      ...(ms === undefined ? {} : { state: { last_polled_at: iso(NOW - ms) } }),
    });
    const ran = await run({
      items: [invalid(1, 3_700_000), invalid(2, 5_400_000), invalid(3), invalid(4, 86_500_000, 86_400)],
    });
    expect([ran.invalid, ran.stale, ran.stopped]).toEqual([4, 4, 2]);
  });

  it("defers devices that there is no time for, and asks nothing for them", async () => {
    const items = Array.from({ length: 5 }, (_, index) => ({ device_id: idOf(index) }));
    const ran = await run({
      items,
      context: { maxOutstanding: 1 },
      latest: (_, __, clock) => {
        clock.advance(30_000);
        return answer("a");
      },
    });
    expect(ran.result).toMatchObject({ polled: 2, deferred: 3, failed: 0, skipped: 0 });
    expect(ran.asked).toEqual([idOf(0), idOf(1)]);
  });

  it("defers devices whose request did not start in time, and leaves their state alone", async () => {
    const ran = await run({ latest: () => Promise.reject(new OutOfTimeError()) });
    expect(ran.result).toMatchObject({ polled: 0, failed: 0, deferred: 1 });
    expect([ran.states.size, ran.lines]).toEqual([0, []]);
  });

  it("polls up to the allowed number at once", async () => {
    let inFlight = 0;
    let most = 0;
    let timesFull = 0;
    const ran = await run({
      items: Array.from({ length: 20 }, (_, index) => ({ device_id: idOf(index) })),
      context: { maxOutstanding: 7 },
      latest: async () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        if (inFlight === 7) timesFull += 1;
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        return answer("a");
      },
    });
    expect([ran.result.polled, most]).toEqual([20, 7]);
    // Those that are done make room for others.
    expect(timesFull).toBeGreaterThan(1);
  });

  it("sends the last batches when no more answers are expected", async () => {
    const first = Promise.withResolvers<LatestResponse>();
    const second = Promise.withResolvers<LatestResponse>();
    let isSent = false;
    const running = run({
      items: [{ device_id: idOf(1) }, { device_id: idOf(2) }],
      latest: (id) => (id === idOf(1) ? first.promise : second.promise),
      send: () => {
        isSent = true;
      },
    });
    first.resolve(answer("a"));
    await expect.poll(() => isSent).toBe(true);
    second.resolve(answer("a"));
    expect((await running).flushed).toMatchObject({ queue: 1, dlq: 1 });
  });

  it("reads devices beyond ten thousand a second time and polls each once", async () => {
    const count = 10_001;
    const items = Array.from({ length: count + 1 }, (_, index) => ({
      device_id: idOf(index),
      enabled: index < count,
    }));
    const invalid = { device_id: idOf(count + 1), enabeld: true };
    const ran = await run({ items: [...items, invalid], latest: () => answer() });
    const { polled, skipped, failed, deferred } = ran.result;
    expect([polled, skipped, failed, deferred, ran.scans]).toEqual([count, 1, 1, 0, 2]);
    expect(new Set(ran.asked).size).toBe(count);
  });

  it("publishes what it polled before the run fails because the table cannot be read again", async () => {
    let scans = 0;
    let published = 0;
    const broken = run({
      context: {
        devices: {
          async *scan() {
            scans += 1;
            if (scans === 2) throw new Error("the table is gone");
            for (let index = 0; index <= 10_000; index += 1)
              yield parseDevice({ device_id: { S: idOf(index) } });
          },
          async *named() {},
          saveState: async () => true,
        },
      },
      send: () => {
        published += 1;
      },
    });
    await expect(broken).rejects.toThrow("the table is gone");
    expect(published).toBe(10_000);
  });
});

describe("devices that are named", () => {
  it("polls named devices once each, due or not; skips a disabled one and fails an unknown or invalid one", async () => {
    const ran = await run(
      {
        items: [
          {
            device_id: idOf(1),
            interval_seconds: 3_600,
            state: { last_polled_at: iso(NOW), watermarks: { x: NOW } },
          },
          { device_id: idOf(2), enabled: false },
          { device_id: idOf(3), enabeld: true },
          { device_id: idOf(4) },
        ],
      },
      { device_ids: [idOf(1), idOf(1), idOf(2), idOf(3), idOf(9)] },
    );
    expect(ran.asked).toEqual([idOf(1)]);
    expect(ran.result).toMatchObject({ polled: 1, skipped: 1, failed: 2, deferred: 0 });
    expect(ran.scans).toBe(0);
    expect(ran.lines).toContainEqual(
      expect.objectContaining({ level: "warn", event: "device_unknown", device_id: idOf(9) }),
    );
  });

  it("polls devices however slowly the table returns them", async () => {
    const ran = await run(
      {
        context: {
          maxOutstanding: 1,
          devices: {
            async *scan() {},
            async *named(ids) {
              for (const id of ids) {
                yield parseDevice({ device_id: { S: id } });
                // The poll is over before the next device is there.
                await new Promise((resolve) => setTimeout(resolve, 10));
              }
            },
            saveState: async () => true,
          },
        },
      },
      { device_ids: [idOf(1), idOf(2), idOf(3)] },
    );
    expect(ran.result.polled).toBe(3);
  });

  it("defers named devices that there is no time for", async () => {
    const ran = await run({ context: { stopAt: NOW } }, { device_ids: [ID, idOf(1)] });
    expect(ran.result).toMatchObject({ polled: 0, deferred: 2 });
  });
});
