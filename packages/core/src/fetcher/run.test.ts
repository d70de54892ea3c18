import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";

import type { DecimalText } from "../decimal.ts";
import { type ParsedDevice, parseDevice } from "../device/device.ts";
import { DeviceState } from "../device/state.ts";
import type { RequestOptions } from "../energylive/client.ts";
import { EnergyLiveApiError, OutOfTimeError } from "../energylive/errors.ts";
import type { LatestResponse } from "../energylive/latest.ts";
import { ApiKey, KeyUnavailableError } from "../keys/api-key.ts";
import { createLog } from "../log.ts";
import { type QueueMessage, SendError } from "../queue/sender.ts";
import { ConfigurationError } from "../settings/configuration-error.ts";
import { type LeapingClock, leapingClock } from "../testing/clock.ts";
import { type FetcherContext, type FetcherSummary, parseFetcherEvent, runFetcher } from "./run.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const iso = (ms: number) => new Date(ms).toISOString();
const idOf = (index: number) => `I-10082023-${String(index).padStart(8, "0")}`;
const ID = idOf(0);
const STOP_AT = NOW + 60_000;

const measurement = (measurement_type: string, timestamp = NOW - 1_000, value = "138") => ({
  measurement_type,
  timestamp,
  value: value as DecimalText,
});
const answer = (...types: string[]): LatestResponse => ({
  measurements: types.map((type) => measurement(type)),
  invalid: [],
});

interface Scene {
  items?: Record<string, unknown>[];
  latest?: (
    deviceId: string,
    options: RequestOptions,
    clock: LeapingClock,
  ) => Promise<LatestResponse> | LatestResponse;
  key?: (name: string) => ApiKey;
  /** Throws for what SQS does not accept. */
  send?: (queue: "queue" | "dlq", message: QueueMessage) => Promise<void> | void;
  saveState?: (deviceId: string) => boolean;
  context?: Partial<FetcherContext>;
}

/** A run with these devices, between queues and an API that do as a test says. */
async function run(scene: Scene, event: unknown = {}) {
  const { items = [{ device_id: ID }], latest = () => answer("a"), send = () => {} } = scene;
  const clock = leapingClock(NOW);
  const states = new Map<string, DeviceState>();
  const asked: string[] = [];
  const keys: string[] = [];
  const options: RequestOptions[] = [];
  const sent: Record<"queue" | "dlq", QueueMessage[]> = { queue: [], dlq: [] };
  const flushed = { queue: 0, dlq: 0 };
  const lines: Record<string, unknown>[] = [];
  let scans = 0;
  const parsed = (): ParsedDevice[] => items.map((item) => parseDevice(marshall(item)));
  const sender = (name: "queue" | "dlq") => ({
    async send(message: QueueMessage) {
      await send(name, message);
      sent[name].push(message);
    },
    flush: () => {
      flushed[name] += 1;
    },
  });
  const context: FetcherContext = {
    devices: {
      async *scan() {
        scans += 1;
        yield* parsed();
      },
      async *named(ids) {
        for (const id of ids)
          yield parsed().find(({ device, invalid }) => (device ?? invalid)?.device_id === id) ?? {
            unknown: id,
          };
      },
      async saveState(deviceId, state) {
        if (scene.saveState?.(deviceId) === false) return false;
        states.set(deviceId, state);
        return true;
      },
    },
    api: {
      async latest(_key, deviceId, request = {}) {
        asked.push(deviceId);
        options.push(request);
        return latest(deviceId, request, clock);
      },
    },
    keys: {
      async get(name) {
        keys.push(name);
        return scene.key?.(name) ?? new ApiKey(name, "0123456789");
      },
    },
    queue: sender("queue"),
    dlq: sender("dlq"),
    clock,
    log: createLog({ level: "debug", destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
    stopAt: STOP_AT,
    pollDeadlineAt: STOP_AT + 10_000,
    maxOutstanding: 200,
    ...scene.context,
  };
  const outcome: FetcherSummary = await runFetcher(parseFetcherEvent(event), context);
  const bodies = (name: "queue" | "dlq") => sent[name].map(({ body }) => JSON.parse(body));
  return { ...outcome, states, asked, keys, options, sent, bodies, flushed, lines, scans, clock };
}

const events = (lines: readonly Record<string, unknown>[]) => lines.map(({ event }) => event);

describe("the event", () => {
  it("may be nothing: the one shard of one", () => {
    for (const event of [undefined, null, {}])
      expect(parseFetcherEvent(event)).toEqual({ shard: { index: 0, total: 1 } });
    const whole = { shard: { index: 2, total: 3 }, device_ids: [ID] };
    expect(parseFetcherEvent(whole)).toEqual(whole);
  });

  it.each([
    [{ shard: { index: 3, total: 3 } }, /there is no shard 3 of 3/],
    [{ shard: { index: -1, total: 3 } }, /event is not \{"shard":\{"index":0,"total":1\}\}: shard\.index/],
    [{ shard: { index: 0, total: 0 } }, /shard\.total/],
    [{ shard: { index: 0, total: 0 }, device_ids: [""] }, /shard\.total [^;]*; device_ids\.0 is empty/],
    [{ shard: { index: 0.5, total: 1 } }, /shard\.index/],
    [{ device_ids: [""] }, /device_ids\.0 is empty/],
    [{ device_ids: ID }, /device_ids/],
    [7, /event is not/],
  ])("that is none says how it should look: %j", (event, problem) => {
    expect(() => parseFetcherEvent(event)).toThrow(ConfigurationError);
    expect(() => parseFetcherEvent(event)).toThrow(problem);
  });
});

describe("a poll", () => {
  it("publishes what is new, then writes down that it succeeded", async () => {
    const ran = await run({ latest: () => answer("a", "b"), items: [{ device_id: ID, api_key: "mother" }] });
    expect(ran.result).toEqual({
      polled: 1,
      failed: 0,
      skipped: 0,
      deferred: 0,
      published: 2,
      unchanged: 0,
      quarantined: 0,
    });
    expect([ran.invalid, ran.stale, ran.pollDurationsMs]).toEqual([0, 0, [0]]);
    expect(ran.bodies("queue")).toEqual(
      ["a", "b"].map((measurement_type) => ({
        v: 1,
        device_id: ID,
        measurement_type,
        timestamp: NOW - 1_000,
        value: 138,
        collection_time: iso(NOW),
        retention_days: 365,
      })),
    );
    expect([ran.keys, ran.scans]).toEqual([["mother"], 1]);
    expect(ran.options).toEqual([
      { startBy: STOP_AT, deadlineAt: STOP_AT + 10_000, room: expect.any(Function) },
    ]);
    expect(ran.states.get(ID)).toEqual({
      last_polled_at: iso(NOW),
      last_success_at: iso(NOW),
      consecutive_failures: 0,
      not_before: undefined,
      config_fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      quarantined: [],
      watermarks: { a: NOW - 1_000, b: NOW - 1_000 },
    });
    expect(ran.lines).toEqual([]);
  });

  it("keeps what an earlier failure left behind, but for its rest", async () => {
    const last_error = { code: "timeout", message: "too slow", at: iso(NOW - 9) };
    const state = { consecutive_failures: 2, last_error, not_before: iso(NOW - 1), watermarks: { z: 7 } };
    const ran = await run({ items: [{ device_id: ID, state }] });
    expect(ran.states.get(ID)).toMatchObject({
      consecutive_failures: 0,
      last_error,
      watermarks: { z: 7, a: NOW - 1_000 },
    });
    expect(ran.states.get(ID)?.not_before).toBeUndefined();
  });

  it("that brings nothing new publishes nothing", async () => {
    const state = { watermarks: { a: NOW - 1_000 } };
    const ran = await run({ items: [{ device_id: ID, state }] });
    expect(ran.result).toMatchObject({ polled: 1, published: 0, unchanged: 1 });
    expect(ran.sent.queue).toEqual([]);
  });

  it("tells when the answer came, and how long it took", async () => {
    const ran = await run({
      latest: (_, __, clock) => {
        clock.advance(1_500);
        return answer("a");
      },
    });
    expect(ran.pollDurationsMs).toEqual([1_500]);
    expect(ran.bodies("queue")[0].collection_time).toBe(iso(NOW + 1_500));
    expect(ran.states.get(ID)).toMatchObject({
      last_polled_at: iso(NOW),
      last_success_at: iso(NOW + 1_500),
    });
  });

  it("quarantines an element that is no measurement, once", async () => {
    const latest = () => ({ measurements: [], invalid: [{ raw: "[7]", detail: "is not a JSON object" }] });
    const ran = await run({ latest });
    expect(ran.result).toMatchObject({ polled: 1, published: 0, quarantined: 1 });
    expect(ran.bodies("dlq")).toEqual([{ device_id: ID, collection_time: iso(NOW), element: "[7]" }]);
    expect(ran.sent.dlq[0]?.attributes).toMatchObject({
      failure_reason: "invalid_element",
      failure_detail: "is not a JSON object",
      failed_in: "fetcher",
    });
    expect(ran.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        event: "element_quarantined",
        device_id: ID,
        reason: "invalid_element",
        detail: "is not a JSON object",
      }),
    ]);
    const state = ran.states.get(ID);
    expect(state?.quarantined).toHaveLength(1);
    const again = await run({
      latest,
      items: [{ device_id: ID, state: { quarantined: state?.quarantined } }],
    });
    expect(again.result).toMatchObject({ polled: 1, quarantined: 0 });
    expect(again.states.get(ID)?.quarantined).toEqual(state?.quarantined);
  });
});

describe("a poll that fails", () => {
  const failing = (code: "timeout" | "rate_limited", retryAfterMs?: number) => () => {
    throw new EnergyLiveApiError(code, "no good", { retryAfterMs });
  };

  it("is told in the device's state and in the log, and the device does not rest at first", async () => {
    const ran = await run({ latest: failing("timeout") });
    expect(ran.result).toMatchObject({ polled: 0, failed: 1, published: 0 });
    expect(ran.states.get(ID)).toMatchObject({
      last_polled_at: iso(NOW),
      last_error: { code: "timeout", message: "no good", at: iso(NOW) },
      consecutive_failures: 1,
      config_fingerprint: expect.any(String),
    });
    expect(ran.states.get(ID)?.not_before).toBeUndefined();
    expect(ran.states.get(ID)?.last_success_at).toBeUndefined();
    expect(ran.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        event: "poll_failed",
        device_id: ID,
        code: "timeout",
        message: "no good",
        failures: 1,
        restMs: 0,
      }),
    ]);
    expect(ran.flushed).toEqual({ queue: 1, dlq: 1 });
  });

  it("again and again has the device rest, or for as long as the API asks, up to an hour", async () => {
    const state = { consecutive_failures: 3 };
    const items = [{ device_id: ID, state }];
    const rests = async (code: "timeout" | "rate_limited", retryAfterMs?: number) =>
      (await run({ items, latest: failing(code, retryAfterMs) })).states.get(ID);
    expect(await rests("timeout")).toMatchObject({ consecutive_failures: 4, not_before: iso(NOW + 240_000) });
    expect(await rests("rate_limited", 600_000)).toMatchObject({ not_before: iso(NOW + 600_000) });
    expect(await rests("rate_limited", 1_000)).toMatchObject({ not_before: iso(NOW + 240_000) });
    expect(await rests("rate_limited", 9_999_999)).toMatchObject({ not_before: iso(NOW + 3_600_000) });
  });

  it("for a key that cannot be had asks nothing, and is not the device's fault: it does not rest", async () => {
    const ran = await run({
      items: [{ device_id: ID, state: { consecutive_failures: 5 } }],
      key: () => {
        throw new KeyUnavailableError("no such key");
      },
    });
    expect([ran.result.failed, ran.asked]).toEqual([1, []]);
    expect(ran.states.get(ID)).toMatchObject({
      last_error: { code: "key_unavailable", message: "no such key" },
      consecutive_failures: 5,
    });
    expect(ran.states.get(ID)?.not_before).toBeUndefined();
  });

  it.each([
    ["an error that no one foresaw", new Error("boom"), "boom"],
    ["what is no error", "boom", "boom"],
  ])("for %s is told as such", async (_, reason, message) => {
    const ran = await run({ latest: () => Promise.reject(reason) });
    expect(ran.states.get(ID)?.last_error).toMatchObject({ code: "unexpected_error", message });
    expect(ran.states.get(ID)?.consecutive_failures).toBe(1);
  });

  it("concerns no other device", async () => {
    const ran = await run({
      items: [{ device_id: idOf(1) }, { device_id: idOf(2) }],
      latest: (id) => (id === idOf(1) ? Promise.reject(new Error("boom")) : answer("a")),
    });
    expect(ran.result).toMatchObject({ polled: 1, failed: 1, published: 1 });
  });
});

describe("what SQS takes long to accept", () => {
  it("counts, and moves its watermark, once it has", async () => {
    const accepted = () => new Promise<void>((resolve) => setImmediate(resolve));
    const latest = () => ({ ...answer("a"), invalid: [{ raw: "7", detail: "no object" }] });
    const ran = await run({ latest, send: accepted });
    expect(ran.result).toMatchObject({ published: 1, quarantined: 1 });
    expect(ran.states.get(ID)).toMatchObject({
      watermarks: { a: NOW - 1_000 },
      quarantined: [expect.any(String)],
    });
  });
});

describe("what SQS does not accept", () => {
  it("fails the poll and moves no watermark of its type; the rest counts", async () => {
    const ran = await run({
      latest: () => ({
        measurements: [measurement("a", NOW - 2), measurement("a", NOW - 1), measurement("b")],
        invalid: [],
      }),
      send: (_, { body }) => {
        if (JSON.parse(body).timestamp === NOW - 1) throw new SendError("not in time");
      },
    });
    expect(ran.result).toMatchObject({ polled: 0, failed: 1, published: 2 });
    expect(ran.states.get(ID)).toMatchObject({
      last_error: { code: "not_accepted_by_sqs", message: "not in time" },
      watermarks: { b: NOW - 1_000 },
    });
    expect(ran.states.get(ID)?.watermarks).not.toHaveProperty("a");
  });

  it("of the dead-letter queue fails the poll too, and the element is quarantined at the next", async () => {
    const ran = await run({
      latest: () => ({ ...answer("a"), invalid: [{ raw: "7", detail: "no object" }] }),
      send: (queue) => {
        if (queue === "dlq") throw new SendError("not in time");
      },
    });
    expect(ran.result).toMatchObject({ failed: 1, published: 1, quarantined: 0 });
    expect(ran.states.get(ID)).toMatchObject({ quarantined: [], watermarks: { a: NOW - 1_000 } });
    expect(events(ran.lines)).toEqual(["poll_failed"]);
  });
});

describe("a state that is not written", () => {
  it("is told, and fails no poll", async () => {
    const removed = await run({ saveState: () => false });
    expect(removed.result).toMatchObject({ polled: 1, failed: 0 });
    expect(removed.lines).toEqual([
      expect.objectContaining({ level: "info", event: "device_removed_meanwhile", device_id: ID }),
    ]);
    const failed = await run({
      saveState: () => {
        throw new Error("throttled");
      },
    });
    expect(failed.result).toMatchObject({ polled: 1, failed: 0 });
    expect(failed.lines).toEqual([
      expect.objectContaining({
        level: "error",
        event: "state_not_saved",
        device_id: ID,
        error: { name: "Error", message: "throttled" },
      }),
    ]);
  });
});

describe("the devices of a shard", () => {
  const polledAt = (index: number, ms: number) => ({
    device_id: idOf(index),
    state: { last_polled_at: iso(NOW - ms), watermarks: { x: NOW } },
  });

  it("are polled longest ago first, those never polled before all others", async () => {
    const items = [polledAt(1, 60_000), polledAt(2, 180_000), { device_id: idOf(3) }, polledAt(4, 120_000)];
    expect((await run({ items })).asked).toEqual([3, 2, 4, 1].map(idOf));
  });

  it("are skipped while disabled, not due or resting; failed and told when invalid; counted when stale", async () => {
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
    expect([ran.invalid, ran.stale]).toEqual([1, 1]);
    expect(ran.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        event: "device_invalid",
        device_id: idOf(4),
        problems: [expect.stringContaining("enabeld")],
      }),
    ]);
  });

  it("that there is no time for are deferred, and asked nothing", async () => {
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

  it("whose request did not begin in time are deferred, and their state is left alone", async () => {
    const ran = await run({ latest: () => Promise.reject(new OutOfTimeError()) });
    expect(ran.result).toMatchObject({ polled: 0, failed: 0, deferred: 1 });
    expect([ran.states.size, ran.lines]).toEqual([0, []]);
  });

  it("are polled many at once, and no more than that", async () => {
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

  it("have their last batches sent when no answer is outstanding any more", async () => {
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
    expect((await running).flushed).toEqual({ queue: 1, dlq: 1 });
  });

  it("beyond ten thousand are read a second time, each polled once", async () => {
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

  it("are published before the run fails because the table cannot be read a second time", async () => {
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
  it("are polled once each, due or not; a disabled one is skipped, an unknown or invalid one failed", async () => {
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

  it("are polled however slowly the table gives them", async () => {
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

  it("that there is no time for are deferred", async () => {
    const ran = await run({ context: { stopAt: NOW } }, { device_ids: [ID, idOf(1)] });
    expect(ran.result).toMatchObject({ polled: 0, deferred: 2 });
  });
});

it("a state that is written can be read", async () => {
  const state = (await run({})).states.get(ID);
  expect(state && DeviceState.read(DeviceState.write(state))).toMatchObject({
    watermarks: { a: NOW - 1_000 },
  });
});
