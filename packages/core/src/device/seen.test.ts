import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type DecimalText, decimalText } from "../decimal.ts";
import { newestMeasurementAt, readSeen, remember, type Seen, watermarksOf, writeSeen } from "./seen.ts";

const NOW = 1_780_000_000_000;
const NOTHING: Seen = new Map();

function value(text: string): DecimalText {
  const decimal = decimalText(text);
  if (decimal === undefined) throw new TypeError(`${text} is not a number`);
  return decimal;
}

const of = (measurement_type: string, timestamp: number, text = "1") => ({
  measurement_type,
  timestamp,
  value: value(text),
});

describe("what a device has sent", () => {
  it("remembers the last three sightings of a type, most recently seen last", () => {
    let seen = NOTHING;
    for (const timestamp of [1, 2, 3, 4, 2]) seen = remember(seen, [of("a", timestamp)]);
    expect(seen.get("a")?.map(({ timestamp }) => timestamp)).toEqual([3, 4, 2]);
    expect(watermarksOf(seen)).toEqual({ a: 2 });
  });

  it("remembers all of a response that has more", () => {
    const response = [5, 4, 3, 2, 1].map((timestamp) => of("a", timestamp));
    const seen = remember(NOTHING, response);
    expect(seen.get("a")).toHaveLength(5);
    expect(watermarksOf(seen)).toEqual({ a: 5 });
    expect(remember(seen, response).get("a")).toHaveLength(5);
  });

  it("remembers at most 300 types and 900 sightings", () => {
    const many = Array.from({ length: 800 }, (_, index) => of(`type-${index}`, NOW + index));
    const seen = remember(NOTHING, many);
    expect(seen.size).toBe(300);
    expect(Math.min(...Object.values(watermarksOf(seen)))).toBe(NOW + 500);
    const one = remember(
      NOTHING,
      Array.from({ length: 2_000 }, (_, index) => of("a", NOW + index)),
    );
    expect(one.get("a")).toHaveLength(900);
    expect(watermarksOf(one)).toEqual({ a: NOW + 1_999 });
  });

  it("knows the newest time that can be true", () => {
    const seen = remember(NOTHING, [
      of("a", NOW - 10),
      of("b", NOW + 5 * 60_000),
      of("c", NOW + 5 * 60_000 + 1),
    ]);
    expect(newestMeasurementAt(seen, NOW)).toBe(NOW + 5 * 60_000);
    expect(newestMeasurementAt(remember(NOTHING, [of("a", NOW * 2)]), NOW)).toBeUndefined();
    expect(newestMeasurementAt(NOTHING, NOW)).toBeUndefined();
  });

  it("reads what it has written, also types named like a part of JavaScript", () => {
    const sighting = fc.record({
      timestamp: fc.integer({ min: 0, max: 9_999_999_999_999 }),
      value: fc.oneof(
        fc.constant(undefined),
        fc.integer().map((whole) => value(String(whole))),
        fc.constant(value("0.12345678901234567890123456789")),
      ),
    });
    const type = fc
      .oneof(fc.string(), fc.constantFrom("constructor", "toString", "S", ""))
      .filter((name) => name !== "__proto__");
    const entry = fc.tuple(type, fc.array(sighting, { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const seen = new Map(entries);
        expect(readSeen({ seen: writeSeen(seen) })).toEqual(seen);
      }),
    );
  });

  it("leaves out a type named __proto__, which would make the SDK's request invalid", () => {
    const written = writeSeen(remember(NOTHING, [of("__proto__", 1), of("a", 2)]));
    expect(Object.keys(written.M ?? {})).toEqual(["a"]);
  });

  it("reads the watermarks of an earlier version, and drops what is not a time", () => {
    const watermarks = { M: { a: { N: "1" }, b: { S: "x" }, c: { N: "1.5" }, d: { N: "1e400" } } };
    const seen = readSeen({ watermarks });
    expect(seen).toEqual(new Map([["a", [{ timestamp: 1, value: undefined }]]]));
    expect(remember(seen, [of("a", 1, "7")]).get("a")).toEqual([{ timestamp: 1, value: value("7") }]);
    expect(
      readSeen({ watermarks: { S: "x" }, seen: { M: { a: { L: [{ N: "x" }, { N: "1" }, { N: "2" }] } } } }),
    ).toEqual(new Map());
  });
});
