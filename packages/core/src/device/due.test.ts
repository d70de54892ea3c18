import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";

import { type Device, parseDevice } from "./device.ts";
import {
  backoffMs,
  decideDue,
  hasStoppedSince,
  isStale,
  lastPolledAt,
  restMs,
  standingFailures,
} from "./due.ts";
import type { Seen } from "./seen.ts";
import type { DeviceState } from "./state.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

function device(config: Record<string, unknown> = {}, state: Partial<DeviceState> = {}): Device {
  const parsed = parseDevice(marshall({ device_id: "I-10082023-01658401", ...config })).device;
  if (parsed === undefined) throw new TypeError("the test's device is invalid");
  const { config_fingerprint } = parsed;
  return { ...parsed, state: { ...parsed.state, config_fingerprint, ...state } };
}

describe("a device is due", () => {
  it("is due when it was never polled", () => {
    expect(decideDue(device({ interval_seconds: 3600 }), NOW)).toEqual({ due: true });
  });

  it("is due at every run without an interval of its own", () => {
    expect(decideDue(device({}, { last_polled_at: ago(1) }), NOW)).toEqual({ due: true });
  });

  it("is due once its interval is over, except for the last tenth or thirty seconds", () => {
    const polled = (seconds: number) => device({ interval_seconds: 600 }, { last_polled_at: ago(seconds) });
    expect(decideDue(polled(569), NOW)).toEqual({ due: false, reason: "not_due" });
    expect(decideDue(polled(570), NOW)).toEqual({ due: true });
    expect(decideDue(polled(0), NOW)).toEqual({ due: false, reason: "not_due" });
    const daily = device({ interval_seconds: 86_400 }, { last_polled_at: ago(86_000) });
    expect(decideDue(daily, NOW)).toEqual({ due: false, reason: "not_due" });
    const late = device({ interval_seconds: 60 }, { last_polled_at: ago(53) });
    expect(decideDue(late, NOW)).toEqual({ due: false, reason: "not_due" });
    const minutely = device({ interval_seconds: 60 }, { last_polled_at: ago(55) });
    expect(decideDue(minutely, NOW)).toEqual({ due: true });
  });

  it("is due when its last poll is in the future, because a clock was wrong", () => {
    expect(decideDue(device({ interval_seconds: 600 }, { last_polled_at: ago(-9_999) }), NOW)).toEqual({
      due: true,
    });
  });

  it("is never due while it is disabled", () => {
    expect(decideDue(device({ enabled: false }), NOW)).toEqual({ due: false, reason: "disabled" });
  });
});

describe("a failing device", () => {
  it("polls a failing device less and less often, down to once an hour", () => {
    const minutes = Array.from({ length: 12 }, (_, failures) => backoffMs(failures) / 60_000);
    expect(minutes).toEqual([0, 0, 0, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  it("lets a failing device rest until its back-off is over", () => {
    const failing = device({}, { consecutive_failures: 5, last_polled_at: ago(60), not_before: ago(-30) });
    expect(decideDue(failing, NOW)).toEqual({ due: false, reason: "backing_off" });
    expect(decideDue(failing, NOW + 29_999)).toEqual({ due: false, reason: "backing_off" });
    expect(decideDue(failing, NOW + 30_000)).toEqual({ due: true });
  });

  it("counts failures as long as the item stays the same", () => {
    expect(standingFailures(device({}, { consecutive_failures: 9 }))).toBe(9);
    const { config_fingerprint: _, ...never } = device().state;
    expect(standingFailures({ ...device(), state: { ...never, consecutive_failures: 9 } })).toBe(9);
  });

  it("polls a device at once, and counts from zero, after its item was edited", () => {
    const state = {
      consecutive_failures: 9,
      last_polled_at: ago(60),
      not_before: ago(-3000),
      config_fingerprint: "before",
    };
    expect(decideDue(device({ api_key: "fixed" }, state), NOW)).toEqual({ due: true });
    expect(standingFailures(device({ api_key: "fixed" }, state))).toBe(0);
  });

  it("rests for an hour at most, whoever asks for more", () => {
    const asked = (askedMs: number | undefined, isOutage = false) =>
      restMs({ failures: 9, isOutage, askedMs });
    expect([asked(3_599_999), asked(3_600_001), asked(undefined)]).toEqual([3_600_000, 3_600_000, 3_600_000]);
    expect([asked(undefined, true), asked(59_999, true)]).toEqual([60_000, 60_000]);
    expect([asked(61_000, true), asked(3_600_001, true)]).toEqual([61_000, 3_600_000]);
    expect(restMs({ failures: 1, isOutage: false, askedMs: 3_599_999 })).toBe(3_599_999);
    const failing = device({}, { consecutive_failures: 9, not_before: ago(-3_600) });
    expect(decideDue(failing, NOW)).toEqual({ due: false, reason: "backing_off" });
    const edited = device(
      { name: "edited", interval_seconds: 600 },
      { last_polled_at: ago(1), config_fingerprint: "x" },
    );
    expect(decideDue(edited, NOW)).toEqual({ due: true });
  });

  it("ignores a resting time that makes no sense", () => {
    expect(decideDue(device({}, { consecutive_failures: 9, not_before: ago(-999_999) }), NOW)).toEqual({
      due: true,
    });
  });
});

/** What a device has sent at these times, a type each. */
function sent(...times: number[]): Seen {
  return new Map(times.map((timestamp, index) => [`type${index}`, [{ timestamp, value: undefined }]]));
}

describe("a device is stale", () => {
  it("calls a device stale that has sent nothing new for an hour, or for three of its intervals", () => {
    const newest = (seconds: number) => ({
      last_polled_at: ago(10),
      seen: sent(NOW - seconds * 1000, 0),
    });
    expect(isStale(device({}, newest(3_600)), NOW)).toBe(false);
    expect(isStale(device({}, { last_polled_at: ago(10) }), NOW)).toBe(true);
    expect(isStale(device({ interval_seconds: 7_200 }, newest(21_600)), NOW)).toBe(false);
    expect(isStale(device({ interval_seconds: 7_200 }, newest(21_601)), NOW)).toBe(true);
    expect(isStale(device({ interval_seconds: 60 }, newest(3_600)), NOW)).toBe(false);
    expect(isStale(device({}, newest(3_700)), NOW)).toBe(true);
    expect(isStale(device({ interval_seconds: 7_200 }, newest(20_000)), NOW)).toBe(false);
    expect(isStale(device({ enabled: false }, newest(3_700)), NOW)).toBe(false);
    expect(isStale(device(), NOW)).toBe(false);
  });

  it("judges a device that answers by its last answer, and one that fails by the time", () => {
    const hourly = { last_polled_at: ago(3_500), last_success_at: ago(3_500), seen: sent(NOW - 3_620_000) };
    expect(isStale(device({}, hourly), NOW)).toBe(false);
    expect(isStale(device({}, { ...hourly, consecutive_failures: 1 }), NOW)).toBe(true);
    expect(
      isStale(device({}, { ...hourly, last_success_at: ago(3_500), seen: sent(NOW - 7_200_000) }), NOW),
    ).toBe(true);
  });

  it("ignores a time that cannot be true: a device that once named the year 2100 can be stale", () => {
    const year2100 = Date.UTC(2100, 0);
    const state = (...times: number[]) => ({ last_polled_at: ago(10), seen: sent(...times) });
    expect(isStale(device({}, state(year2100, NOW - 18_000_000)), NOW)).toBe(true);
    expect(isStale(device({}, state(year2100)), NOW)).toBe(true);
    expect(isStale(device({}, state(year2100, NOW - 10_000)), NOW)).toBe(false);
  });
});

it("says once that a device stopped: when it answers with values older than an hour for the first time", () => {
  const newest = sent(NOW - 3_650_000);
  const polled = (seconds: number) => ({
    last_polled_at: ago(seconds),
    last_success_at: ago(seconds),
    // Long over: it does not matter.
    last_error: { code: "timeout", message: "", at: ago(90_000) },
    seen: newest,
  });
  const after = { ...device().state, ...polled(0) };
  expect(hasStoppedSince(device({}, polled(300)), after)).toBe(true);
  expect(hasStoppedSince(device({}, polled(10)), after)).toBe(false);
  expect(hasStoppedSince(device(), after)).toBe(true);
});

it("says once that a device stopped: when a poll fails eight minutes after the last answer, however long polls take", () => {
  const failing = (answered: number, began: number, failed: number) => ({
    last_polled_at: ago(began),
    last_success_at: ago(answered),
    last_error: { code: "timeout", message: "", at: ago(failed) },
    consecutive_failures: 3,
    seen: sent(NOW - answered * 1000),
  });
  const states = [failing(590, 180, 150), failing(590, 120, 90), failing(590, 60, 30)].map((state) => ({
    ...device().state,
    ...state,
  }));
  const [early, crossing, late] = states;
  if (early === undefined || crossing === undefined || late === undefined)
    throw new TypeError("three states");
  expect(hasStoppedSince(device({}, early), crossing)).toBe(true);
  expect(hasStoppedSince(device({}, crossing), late)).toBe(false);
});

it("takes the time of the last poll from the state, or calls it never", () => {
  expect(lastPolledAt(device({}, { last_polled_at: ago(10) }))).toBe(NOW - 10_000);
  expect(lastPolledAt(device())).toBe(0);
  expect(lastPolledAt(device({}, { last_polled_at: "soon" }))).toBe(0);
});
