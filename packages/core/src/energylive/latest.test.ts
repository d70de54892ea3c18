import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { EnergyLiveApiError } from "./errors.ts";
import { parseLatest } from "./latest.ts";

const VALID = '{"measurement":"0100010700","timestamp":1726559995000,"value":138.0}';
const READ = { measurement_type: "0100010700", timestamp: 1726559995000, value: "138" };

// Under Stryker every line counts its visits, which takes ten times as long.
const isInstrumented = "STRYKER_MUTATOR_WORKER" in process.env;

describe("a response", () => {
  it("reads a response to the last digit", () => {
    const body = '[{"measurement":"a","timestamp":1726559995000,"value":12345678901234567890.125}]';
    expect(parseLatest(body).measurements[0]?.value).toBe("12345678901234567890.125");
  });

  it("accepts an empty response: the device is not paired yet", () => {
    expect(parseLatest(" [ ] ")).toEqual({ measurements: [], invalid: [] });
  });

  it.each([
    ['{"measurement":"a","timestamp":1726559995000,"value":"138"}', /value is not a number/],
    ['{"measurement":"a","timestamp":1726559995000}', /value is not a number/],
    ['{"measurement":"a","timestamp":1726559995,"value":1}', /timestamp is not a time in milliseconds/],
    ['{"measurement":"a","timestamp":1726559995000.5,"value":1}', /timestamp is not a whole number/],
    ['{"measurement":"a","timestamp":null,"value":1}', /timestamp is not a number/],
    ['{"measurement":"","timestamp":1726559995000,"value":1}', /measurement is empty/],
    ['{"measurement":"\\ud800","timestamp":1726559995000,"value":1}', /characters that cannot be sent/],
    ['{"measurement":"a\\u0000","timestamp":1726559995000,"value":1}', /characters that cannot be sent/],
    ['{"measurement":7,"timestamp":1726559995000,"value":1}', /measurement is not a string/],
    [
      '{"measurement":"a","timestamp":1726559995000,"value":1e999}',
      /value is not a number that DynamoDB can hold/,
    ],
    [`{"measurement":"a","timestamp":1726559995000,"value":${"1".repeat(39)}}`, /DynamoDB can hold/],
    ["null", /is not a JSON object/],
    ["[1]", /is not a JSON object/],
    [`${"[".repeat(50_000)}1e1${"]".repeat(50_000)}`, /stack/],
  ])("keeps the elements beside an invalid one, and that one raw: %.60s", (raw, detail) => {
    expect(parseLatest(`[${VALID}, ${raw} ,${VALID}]`)).toEqual({
      measurements: [READ, READ],
      invalid: [{ raw, detail: expect.stringMatching(detail) }],
    });
  });

  it.each(["", "<html>", '{"error":1}', "null", '[{"measurement":"a"', "7"])(
    "gives one clear error for a response that is not a JSON array: %j",
    (body) => {
      expect(() => parseLatest(body)).toThrow(EnergyLiveApiError);
      expect(() => parseLatest(body)).toThrow(/the response is not JSON|is not a JSON array/);
    },
  );

  it.skipIf(isInstrumented)("gives one clear error, quickly, for more elements than any device sends", () => {
    const startedAt = performance.now();
    expect(() => parseLatest(`[${"1,".repeat(500_000)}1]`)).toThrow(/has 500001 elements/);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it("reads as many elements as are allowed and refuses one more", () => {
    const body = (count: number) => `[${"1,".repeat(count - 1)}1]`;
    expect(parseLatest(body(20_000)).invalid).toHaveLength(20_000);
    expect(() => parseLatest(body(20_001))).toThrow(
      /^the response has 20001 elements; it starts with "\[1,1/,
    );
  });

  it("quotes an unreadable response, but not all of it, and keeps the reason", () => {
    const read = () => parseLatest(`<${"x".repeat(100)}`);
    expect(read).toThrow(`the response is not JSON; it starts with "<${"x".repeat(79)}"`);
    expect(read).toThrow(
      expect.objectContaining({ code: "invalid_response", cause: expect.any(SyntaxError) }),
    );
  });

  it("reports every problem of an element", () => {
    const [invalid] = parseLatest('[{"measurement":7,"timestamp":1726559995000,"value":"x"}]').invalid;
    expect(invalid?.detail).toBe("measurement is not a string; value is not a number");
  });

  it("loses no element: each is a measurement or invalid", () => {
    const element = fc.oneof(
      fc.jsonValue(),
      fc.record({ measurement: fc.string(), timestamp: fc.double(), value: fc.jsonValue() }),
      fc.record({
        measurement: fc.string({ minLength: 1 }),
        timestamp: fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      }),
    );
    fc.assert(
      fc.property(fc.array(element), (elements) => {
        const body = JSON.stringify(elements);
        const { measurements, invalid } = parseLatest(body);
        expect(measurements.length + invalid.length).toBe(elements.length);
        for (const { raw } of invalid) expect(body).toContain(raw);
      }),
    );
  });
});
