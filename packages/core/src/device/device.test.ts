import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { configProblems, KeyName, parseDevice } from "./device.ts";
import { DeviceState } from "./state.ts";

const ID = "I-10082023-01658401";

function problemsOf(item: Record<string, unknown>): string[] {
  return parseDevice(marshall({ device_id: ID, ...item })).invalid?.problems ?? [];
}

describe("a device item", () => {
  it("needs nothing but its id", () => {
    expect(parseDevice({ device_id: { S: ID } }).device).toMatchObject({
      device_id: ID,
      enabled: true,
      api_key: "default",
      retention_days: 365,
      state: { consecutive_failures: 0, watermarks: {} },
    });
  });

  it("takes every field of the contract", () => {
    const config = {
      device_id: ID,
      name: "Keller",
      enabled: false,
      api_key: "mother",
      interval_seconds: 900,
      measurement_types: ["0100010700"],
      retention_days: 30,
      labels: { street: "Hauptplatz" },
    };
    expect(parseDevice(marshall(config)).device).toMatchObject(config);
  });

  it.each([
    [{ enabeld: false }, /"enabeld" is no field of a device \(known: device_id, name, enabled/],
    [{ enabled: "yes" }, /enabled is not true or false/],
    [{ interval_seconds: 0 }, /interval_seconds is not a whole number from 1/],
    [{ interval_seconds: 604_801 }, /interval_seconds is not a whole number from 1 to 604800/],
    [{ retention_days: 0 }, /retention_days is not a whole number from 1 to 36500/],
    [{ retention_days: 36_501 }, /retention_days is not a whole number from 1 to 36500/],
    [{ name: 7 }, /name is not a string/],
    [{ labels: "none" }, /labels is not a map of strings/],
    [{ api_key: 7 }, /api_key is not a string/],
    [{ api_key: "" }, /api_key is not a key's name: use up to 64 letters/],
    [{ api_key: "x".repeat(65) }, /api_key is not a key's name/],
    [{ device_id: "xI-10082023-01658401" }, /device_id is not a device id/],
    [{ device_id: "I-10082023-016584010" }, /device_id is not a device id/],
    [{ interval_seconds: "300" }, /interval_seconds is not a number/],
    [{ retention_days: 1.5 }, /retention_days is not a whole number/],
    [{ measurement_types: "0100010700" }, /measurement_types is not a list/],
    [{ measurement_types: [""] }, /measurement_types\.0 is empty/],
    [{ api_key: "../other" }, /api_key is not a key's name/],
    [{ labels: { a: 1 } }, /labels\.a is not a string/],
    [{ device_id: "10082023" }, /device_id is not a device id: it looks like I-/],
  ])("is invalid, with the field and the reason: %j", (fields, problem) => {
    expect(problemsOf(fields)).toEqual([expect.stringMatching(problem)]);
  });

  it("may have the shortest and the longest that is allowed", () => {
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

  it("is called by its id when it is invalid, where it has one", () => {
    expect(parseDevice({ device_id: { S: ID }, x: { S: "" } }).invalid?.device_id).toBe(ID);
    expect(parseDevice({ name: { S: "a" } }).invalid).toEqual({
      device_id: "(none)",
      problems: ["device_id is not a string"],
    });
    expect(parseDevice({ device_id: { N: "7" } }).invalid?.device_id).toBe("(none)");
  });

  it("can be checked before it is written", () => {
    expect(configProblems({ device_id: ID, name: "Keller" })).toEqual([]);
    expect(configProblems({ device_id: ID, enabeld: false, nmae: "" })).toEqual([
      expect.stringMatching(/^"enabeld" is no field of a device \(known: device_id, name, .*, labels\)$/),
      expect.stringMatching(/^"nmae" is no field/),
    ]);
    expect(configProblems({ device_id: ID, enabled: "yes" })).toEqual(["enabled is not true or false"]);
  });

  it("names every problem at once", () => {
    expect(problemsOf({ enabled: 1, intervall: 3 })).toHaveLength(2);
  });

  it.each(["12345678901234567890.5", "8.597996621340998e+32", "1E125"])(
    "is invalid, not fatal, with the number %s, and the field is named",
    (N) => {
      const problems = (item: Record<string, AttributeValue>) =>
        parseDevice({ device_id: { S: ID }, ...item }).invalid?.problems.join();
      expect(problems({ retention_days: { N } })).toMatch(/^retention_days is not a whole number from/);
      expect(problems({ api_key: { M: { x: { N } } } })).toMatch(/^api_key is not a string/);
      expect(problems({ labels: { M: { x: { N } } } })).toMatch(/^labels\.x is not a string/);
    },
  );

  it("has a fingerprint that changes with an edit and not with the state", () => {
    const fingerprint = (item: Record<string, unknown>) =>
      parseDevice(marshall(item)).device?.config_fingerprint;
    const before = fingerprint({ device_id: ID, name: "a", enabled: true });
    expect(fingerprint({ enabled: true, name: "a", device_id: ID, state: { watermarks: {} } })).toBe(before);
    expect(fingerprint({ device_id: ID, name: "b", enabled: true })).not.toBe(before);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
  });

  it("has a fingerprint that does not depend on the order in which DynamoDB answers a map", () => {
    const fingerprint = (labels: Record<string, string>) =>
      parseDevice(marshall({ device_id: ID, labels })).device?.config_fingerprint;
    expect(fingerprint({ floor: "2", site: "Graz" })).toBe(fingerprint({ site: "Graz", floor: "2" }));
    expect(fingerprint({ floor: "2" })).not.toBe(fingerprint({ floor: "3" }));
  });

  it("counts a state that cannot be read as none", () => {
    for (const state of ["broken", { watermarks: { a: "x" } }, { consecutive_failures: "many" }, 7]) {
      expect(parseDevice(marshall({ device_id: ID, state })).device?.state).toEqual({
        consecutive_failures: 0,
        watermarks: {},
        quarantined: [],
      });
    }
  });
});

describe("the state", () => {
  it("is read as it was written", () => {
    const state = fc.record({
      consecutive_failures: fc.nat(),
      watermarks: fc.dictionary(
        fc.oneof(
          fc.string({ minLength: 1 }).filter((type) => type !== "__proto__"),
          fc.constantFrom("constructor", "toString"),
        ),
        fc.integer({ min: 0, max: 9_999_999_999_999 }),
      ),
      quarantined: fc.array(fc.string()),
      last_error: fc.record({ code: fc.string(), message: fc.string(), at: fc.string() }),
    });
    fc.assert(
      fc.property(state, (written) => {
        expect(DeviceState.read(DeviceState.write(written))).toEqual(written);
      }),
    );
  });
});
