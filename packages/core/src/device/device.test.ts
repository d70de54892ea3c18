import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { ALERT_RULE_NAMES } from "../alert/rule.ts";
import { configProblems, KeyName, parseDevice } from "./device.ts";
import type { DeviceProblem } from "./problem.ts";

const ID = "I-10082023-01658401";

function problemsOf(item: Record<string, unknown>): DeviceProblem[] {
  return parseDevice(marshall({ device_id: ID, ...item })).invalid?.problems ?? [];
}

describe("a device item", () => {
  it("needs only the id", () => {
    expect(parseDevice({ device_id: { S: ID } }).device).toMatchObject({
      device_id: ID,
      enabled: true,
      api_key: "default",
      time_zone: "Europe/Vienna",
      state: { consecutive_failures: 0, watermarks: {} },
    });
  });

  it("accepts every field of the contract", () => {
    const config = {
      device_id: ID,
      name: "Keller",
      enabled: false,
      api_key: "mother",
      interval_seconds: 900,
      measurement_types: ["0100010700"],
      retention_days: 30,
      labels: { street: "Hauptplatz" },
      alerts: [
        { rule: "power_above", watts: 5_000, minutes: 15 },
        { rule: "energy_above", kwh: 20, per: "day" },
      ],
    };
    expect(parseDevice(marshall(config)).device).toMatchObject(config);
  });

  const known = [
    ...["device_id", "name", "enabled", "api_key"],
    ...["interval_seconds", "measurement_types", "retention_days", "time_zone", "tariff", "alerts"],
    ...["channels", "muted_until", "labels"],
  ];

  it.each<[item: Record<string, unknown>, problem: DeviceProblem]>([
    [{ enabeld: false }, { field: "enabeld", code: "unknown_field", known }],
    [{ enabled: "yes" }, { field: "enabled", code: "not_true_or_false" }],
    [{ interval_seconds: 0 }, { field: "interval_seconds", code: "too_small", minimum: 1 }],
    [{ interval_seconds: 604_801 }, { field: "interval_seconds", code: "too_large", maximum: 604_800 }],
    [{ interval_seconds: "300" }, { field: "interval_seconds", code: "not_number" }],
    [{ retention_days: 0 }, { field: "retention_days", code: "too_small", minimum: 1 }],
    [{ retention_days: 36_501 }, { field: "retention_days", code: "too_large", maximum: 36_500 }],
    [{ retention_days: 1.5 }, { field: "retention_days", code: "not_whole_number" }],
    [{ time_zone: "Europe/Wien" }, { field: "time_zone", code: "not_time_zone" }],
    [{ name: 7 }, { field: "name", code: "not_text" }],
    [{ labels: "none" }, { field: "labels", code: "not_map" }],
    [{ labels: { a: 1 } }, { field: "labels.a", code: "not_text" }],
    [{ api_key: 7 }, { field: "api_key", code: "not_text" }],
    [{ channels: ["a/b"] }, { field: "channels.0", code: "not_channel_name" }],
    [{ muted_until: "tomorrow" }, { field: "muted_until", code: "not_time" }],
    [{ api_key: "" }, { field: "api_key", code: "not_key_name" }],
    [{ api_key: "x".repeat(65) }, { field: "api_key", code: "not_key_name" }],
    [{ api_key: "../other" }, { field: "api_key", code: "not_key_name" }],
    [{ device_id: "xI-10082023-01658401" }, { field: "device_id", code: "not_device_id" }],
    [{ device_id: "I-10082023-016584010" }, { field: "device_id", code: "not_device_id" }],
    [{ device_id: "10082023" }, { field: "device_id", code: "not_device_id" }],
    [{ measurement_types: "0100010700" }, { field: "measurement_types", code: "not_list" }],
    [{ measurement_types: [""] }, { field: "measurement_types.0", code: "empty" }],
    [
      { measurement_types: ["x".repeat(201)] },
      { field: "measurement_types.0", code: "too_long", maximum: 200 },
    ],
    [{ measurement_types: ["\u0007"] }, { field: "measurement_types.0", code: "unusable_characters" }],
    [{ alerts: {} }, { field: "alerts", code: "not_list" }],
    [
      { alerts: [{ rule: "power_over", watts: 1 }] },
      { field: "alerts.0.rule", code: "not_one_of", known: ALERT_RULE_NAMES },
    ],
    [
      { alerts: [{ rule: "energy_above", kwh: 20, per: "year" }] },
      { field: "alerts.0.per", code: "not_one_of", known: ["day", "week", "month"] },
    ],
    [
      { alerts: [{ rule: "no_data", minutes: 60, hours: 1 }] },
      { field: "alerts.0.hours", code: "not_in_rule" },
    ],
    [{ alerts: [{ rule: "power_above", watts: 5_000 }] }, { field: "alerts.0.minutes", code: "not_number" }],
    [{ measurement_types: ["\uFFFD"] }, { field: "measurement_types.0", code: "unusable_characters" }],
  ])("is invalid, with the field and the reason: %j", (fields, problem) => {
    expect(problemsOf(fields)).toStrictEqual([problem]);
  });

  it("accepts the shortest and the longest allowed values", () => {
    const item = {
      interval_seconds: 604_800,
      retention_days: 36_500,
      api_key: `${"a".repeat(60)}_.-Z`,
      measurement_types: [],
    };
    expect(problemsOf(item)).toEqual([]);
    expect(problemsOf({ interval_seconds: 1, retention_days: 1, api_key: "0" })).toEqual([]);
    expect(KeyName.safeParse("a b").success).toBe(false);
  });

  it("names an invalid device by its id, if it has one", () => {
    expect(parseDevice({ device_id: { S: ID }, x: { S: "" } }).invalid?.device_id).toBe(ID);
    expect(parseDevice({ name: { S: "a" } }).invalid).toEqual({
      device_id: "(none)",
      problems: [{ field: "device_id", code: "not_text" }],
    });
    expect(parseDevice({ device_id: { N: "7" } }).invalid?.device_id).toBe("(none)");
  });

  it("checks a device before it is written", () => {
    expect(configProblems({ device_id: ID, name: "Keller" })).toEqual([]);
    expect(configProblems({ device_id: ID, enabeld: false, nmae: "" })).toEqual([
      { field: "enabeld", code: "unknown_field", known },
      { field: "nmae", code: "unknown_field", known },
    ]);
    expect(configProblems({ device_id: ID, enabled: "yes" })).toEqual([
      { field: "enabled", code: "not_true_or_false" },
    ]);
  });

  it("names every problem at once", () => {
    expect(problemsOf({ enabled: 1, intervall: 3 })).toHaveLength(2);
  });

  it.each(["12345678901234567890.5", "8.597996621340998e+32", "1E125"])(
    "makes the device invalid, not the run fail, for the number %s, and names the field",
    (N) => {
      const problems = (item: Record<string, AttributeValue>) =>
        parseDevice({ device_id: { S: ID }, ...item }).invalid?.problems;
      expect(problems({ retention_days: { N } })).toEqual([
        { field: "retention_days", code: "too_large", maximum: 36_500 },
      ]);
      expect(problems({ api_key: { M: { x: { N } } } })).toEqual([{ field: "api_key", code: "not_text" }]);
      expect(problems({ labels: { M: { x: { N } } } })).toEqual([{ field: "labels.x", code: "not_text" }]);
    },
  );

  it("changes the fingerprint with an edit and not with the state", () => {
    const fingerprint = (item: Record<string, unknown>) =>
      parseDevice(marshall(item)).device?.config_fingerprint;
    const before = fingerprint({ device_id: ID, name: "a", enabled: true });
    expect(fingerprint({ enabled: true, name: "a", device_id: ID, state: { watermarks: {} } })).toBe(before);
    expect(fingerprint({ device_id: ID, name: "b", enabled: true })).not.toBe(before);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
  });

  it("has the same fingerprint in whatever order DynamoDB returns a map", () => {
    const fingerprint = (labels: Record<string, string>) =>
      parseDevice(marshall({ device_id: ID, labels })).device?.config_fingerprint;
    expect(fingerprint({ floor: "2", site: "Graz" })).toBe(fingerprint({ site: "Graz", floor: "2" }));
    expect(fingerprint({ floor: "2" })).not.toBe(fingerprint({ floor: "3" }));
  });

  it("treats an unreadable state as none", () => {
    for (const state of ["broken", { watermarks: { a: "x" } }, { consecutive_failures: "many" }, 7]) {
      expect(parseDevice(marshall({ device_id: ID, state })).device?.state).toEqual({
        consecutive_failures: 0,
        seen: new Map(),
        watermarks: {},
        quarantined: [],
      });
    }
  });
});
