import { describe, expect, it } from "vitest";

import { watermarksOf } from "../device/seen.ts";
import { DeviceState } from "../device/state.ts";
import { EnergyLiveApiError } from "../energylive/errors.ts";
import { KeyUnavailableError } from "../keys/api-key.ts";
import { SendError } from "../queue/sender.ts";
import { answer, events, ID, idOf, iso, measurement, NOW, run, STOP_AT } from "../testing/fetcher.ts";

describe("a poll", () => {
  it("keeps measurements as long as the device says, or else the stage", async () => {
    const days = async (item: object) => {
      const ran = await run({
        latest: () => answer("a"),
        items: [{ device_id: ID, ...item }],
        context: { retentionDays: 90 },
      });
      return ran.bodies("queue")[0]?.retention_days;
    };
    expect([await days({}), await days({ retention_days: 30 })]).toEqual([90, 30]);
  });

  it("publishes what is new, then records the success", async () => {
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
      seen: new Map(["a", "b"].map((type) => [type, [{ timestamp: NOW - 1_000, value: "138" }]])),
      watermarks: {},
    });
    expect(ran.lines).toEqual([]);
  });

  it("keeps the last error of an earlier failure, but not its rest", async () => {
    const last_error = { code: "timeout", message: "too slow", at: iso(NOW - 9) };
    const state = { consecutive_failures: 2, last_error, not_before: iso(NOW - 1), watermarks: { z: 7 } };
    const ran = await run({ items: [{ device_id: ID, state }] });
    expect(ran.states.get(ID)).toMatchObject({
      consecutive_failures: 0,
      last_error,
    });
    expect(watermarksOf(ran.states.get(ID)?.seen ?? new Map())).toEqual({ z: 7, a: NOW - 1_000 });
    expect(ran.states.get(ID)?.not_before).toBeUndefined();
  });

  it("publishes nothing when nothing is new", async () => {
    const state = { watermarks: { a: NOW - 1_000 } };
    const ran = await run({ items: [{ device_id: ID, state }] });
    expect(ran.result).toMatchObject({ polled: 1, published: 0, unchanged: 1 });
    expect(ran.sent.queue).toEqual([]);
  });

  it("reports when the answer came, and how long it took", async () => {
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

  it("quarantines an invalid element once", async () => {
    const latest = () => ({ ...answer("a"), invalid: [{ raw: "[7]", detail: "is not a JSON object" }] });
    const ran = await run({ latest });
    expect(ran.result).toMatchObject({ polled: 1, published: 1, quarantined: 1 });
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

  it("records a failure in the device's state and the log, and does not rest at first", async () => {
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
      expect.objectContaining({ level: "warn", event: "device_stopped", device_id: ID }),
    ]);
    expect(ran.flushed).toMatchObject({ queue: 1, dlq: 1 });
  });

  it("rests longer after repeated failures, or as long as the API asks, up to an hour", async () => {
    const state = { consecutive_failures: 3 };
    const items = [{ device_id: ID, state }];
    const rests = async (code: "timeout" | "rate_limited", retryAfterMs?: number) =>
      (await run({ items, latest: failing(code, retryAfterMs) })).states.get(ID);
    expect(await rests("timeout")).toMatchObject({ consecutive_failures: 4, not_before: iso(NOW + 240_000) });
    expect(await rests("rate_limited", 600_000)).toMatchObject({ not_before: iso(NOW + 600_000) });
    expect(await rests("rate_limited", 1_000)).toMatchObject({ not_before: iso(NOW + 240_000) });
    expect(await rests("rate_limited", 9_999_999)).toMatchObject({ not_before: iso(NOW + 3_600_000) });
  });

  it("asks nothing without the key and does not rest, because that is not the device's fault", async () => {
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
    ["something other than an error", "boom", "boom"],
  ])("records %s with its code", async (_, reason, message) => {
    const ran = await run({ latest: () => Promise.reject(reason) });
    expect(ran.states.get(ID)?.last_error).toMatchObject({ code: "unexpected_error", message });
    expect(ran.states.get(ID)?.consecutive_failures).toBe(1);
  });

  it("leaves other devices alone", async () => {
    const ran = await run({
      items: [{ device_id: idOf(1) }, { device_id: idOf(2) }],
      latest: (id) => (id === idOf(1) ? Promise.reject(new Error("boom")) : answer("a")),
    });
    expect(ran.result).toMatchObject({ polled: 1, failed: 1, published: 1 });
  });
});

describe("what SQS takes long to accept", () => {
  it("counts and remembers measurements once SQS has accepted them, however late", async () => {
    const accepted = () => new Promise<void>((resolve) => setImmediate(resolve));
    const latest = () => ({ ...answer("a"), invalid: [{ raw: "7", detail: "no object" }] });
    const ran = await run({ latest, send: accepted });
    expect(ran.result).toMatchObject({ published: 1, quarantined: 1 });
    expect(ran.states.get(ID)).toMatchObject({
      seen: new Map([["a", [{ timestamp: NOW - 1_000, value: "138" }]]]),
      quarantined: [expect.any(String)],
    });
  });
});

describe("what SQS does not accept", () => {
  it("fails the poll when SQS does not accept a measurement, and remembers only the others", async () => {
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
    });
    expect(watermarksOf(ran.states.get(ID)?.seen ?? new Map())).toEqual({ a: NOW - 2, b: NOW - 1_000 });
  });

  it("fails the poll when the DLQ does not accept, and quarantines the element at the next one", async () => {
    const ran = await run({
      latest: () => ({ ...answer("a"), invalid: [{ raw: "7", detail: "no object" }] }),
      send: (queue) => {
        if (queue === "dlq") throw new SendError("not in time");
      },
    });
    expect(ran.result).toMatchObject({ failed: 1, published: 1, quarantined: 0 });
    expect(ran.states.get(ID)).toMatchObject({
      quarantined: [],
      seen: new Map([["a", [{ timestamp: NOW - 1_000, value: "138" }]]]),
    });
    expect(events(ran.lines)).toEqual(["poll_failed", "device_stopped"]);
  });
});

describe("a state that is not written", () => {
  it("logs a state that could not be written, and does not fail the poll", async () => {
    const removed = await run({ saveState: () => false });
    expect(removed.result).toMatchObject({ polled: 1, failed: 0 });
    expect(removed.lines).toEqual([
      expect.objectContaining({ level: "info", event: "device_changed_meanwhile", device_id: ID }),
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

it("writes a state that can be read", async () => {
  const state = (await run({})).states.get(ID);
  expect(state && DeviceState.read(DeviceState.write(state))).toMatchObject({
    watermarks: { a: NOW - 1_000 },
  });
});
