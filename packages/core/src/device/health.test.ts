import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";

import { parseDevice } from "./device.ts";
import { type DeviceReport, type Health, reportOn, sortReports } from "./health.ts";
import type { RegisteredDevice } from "./registry.ts";

const ID = "I-10082023-01658401";
const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

function registered(config: Record<string, unknown>, state?: Record<string, unknown>): RegisteredDevice {
  const item = { device_id: ID, ...config, ...(state === undefined ? {} : { state }) };
  return { ...parseDevice(marshall(item)), config };
}

const POLLED = { last_polled_at: ago(60), watermarks: { a: NOW - 60_000, b: NOW - 90_000 } };

describe("the report on a device", () => {
  it("reports what the fetcher remembers", () => {
    const last_error = { code: "timeout", message: "too slow", at: ago(60) };
    const state = { ...POLLED, last_success_at: ago(90), last_error, consecutive_failures: 2 };
    expect(reportOn(registered({ name: "Keller", api_key: "mother" }, state), NOW, true)).toEqual({
      device_id: ID,
      name: "Keller",
      health: "failing",
      enabled: true,
      api_key: "mother",
      last_polled_at: ago(60),
      last_success_at: ago(90),
      newest_measurement_at: ago(60),
      consecutive_failures: 2,
      last_error,
    });
  });

  it("leaves out what has not happened, and names a device without a name by its id", () => {
    expect(reportOn(registered({}), NOW, true)).toStrictEqual({
      device_id: ID,
      name: ID,
      health: "new",
      enabled: true,
      api_key: "default",
      consecutive_failures: 0,
    });
  });

  it.each<[Health, Record<string, unknown>, Record<string, unknown> | undefined]>([
    ["ok", {}, POLLED],
    ["stale", {}, { ...POLLED, watermarks: { a: NOW - 3_600_001 } }],
    ["failing", {}, { ...POLLED, consecutive_failures: 1 }],
    ["new", {}, undefined],
    ["disabled", { enabled: false }, { ...POLLED, consecutive_failures: 1 }],
  ])("says %s", (health, config, state) => {
    expect(reportOn(registered(config, state), NOW, true).health).toBe(health);
  });

  it("calls no device well whose newest measurement is old because nothing is polled", () => {
    const polledBefore = (minutes: number) => {
      const at = ago(60 * minutes);
      return { last_polled_at: at, last_success_at: at, watermarks: { a: Date.parse(at) } };
    };
    const health = (minutes: number, isRunning: boolean, config = {}) =>
      reportOn(registered(config, polledBefore(minutes)), NOW, isRunning).health;
    // The stack was stopped.
    expect([health(14, false), health(16, false)]).toEqual(["ok", "stale"]);
    expect(health(16, false, { interval_seconds: 600 })).toBe("ok");
    // The longest schedule is an hour, and a run takes up to four minutes.
    expect([health(63, true), health(65, true)]).toEqual(["ok", "stale"]);
  });

  it("says why an invalid item cannot be polled", () => {
    expect(reportOn(registered({ enabeld: false }), NOW, true)).toEqual({
      device_id: ID,
      health: "invalid",
      problems: [expect.objectContaining({ field: "enabeld", code: "unknown_field" })],
    });
  });
});

it("sorts devices by health, worst first, then by name in natural order", () => {
  const report = (health: Health, name?: string): DeviceReport => ({
    device_id: `id of ${health}`,
    health,
    ...(name === undefined ? {} : { name }),
  });
  const sorted = sortReports([
    report("disabled", "a"),
    report("ok", "meter 10"),
    report("ok", "meter 9"),
    report("new"),
    report("stale"),
    report("failing"),
    report("invalid"),
    report("ok"),
  ]);
  expect(sorted.map(({ health, name }) => name ?? health)).toEqual([
    "invalid",
    "failing",
    "stale",
    "new",
    "ok",
    "meter 9",
    "meter 10",
    "a",
  ]);
});
