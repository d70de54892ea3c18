import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { DecimalText } from "../decimal.ts";
import { EXAMPLE, message } from "../testing/messages.ts";
import { MESSAGE_VERSION, parseMessage, serializeMessage } from "./message.ts";

describe("a message", () => {
  it("has the form of the contract", () => {
    const text =
      '{"v":1,"device_id":"I-10082023-01658401","measurement_type":"0100010700","timestamp":1726559995000,"value":138,"collection_time":"2024-09-17T08:00:00.123Z","retention_days":365}';
    const parsed = parseMessage(text);
    expect(parsed.message).toEqual({ ...EXAMPLE, value: "138" });
    expect(parsed.message && serializeMessage(parsed.message)).toBe(text);
  });

  it("comes back as it was sent, to the last digit (invariant 4)", () => {
    fc.assert(
      fc.property(message, (sent) => {
        const body = serializeMessage(sent);
        expect(() => JSON.parse(body)).not.toThrow();
        expect(parseMessage(body)).toEqual({ message: sent });
      }),
    );
  });

  it("reads the fetcher's own form and any other form of the same JSON alike", () => {
    const plain = message.map((sent) => ({
      ...sent,
      measurement_type: sent.measurement_type.replace(/[^!-~]|["\\\\]/g, "x"),
    }));
    fc.assert(
      fc.property(plain, (sent) => {
        const body = serializeMessage(sent);
        expect(parseMessage(` ${body}`)).toEqual(parseMessage(body));
      }),
    );
    for (const value of [
      "0",
      "-0",
      "1.50",
      "007",
      "1e3",
      "123456789012345.123456789012345",
      "0.5",
      "-3.25",
    ]) {
      const body = serializeMessage({ ...EXAMPLE, value: value as DecimalText });
      expect(parseMessage(` ${body}`).message).toEqual(parseMessage(body).message);
    }
  });

  describe("that is nearly in the form that the fetcher writes", () => {
    const OWN = serializeMessage({ ...EXAMPLE, value: "-138.25" as DecimalText });
    /** What the two ways of reading must agree on; the text of an error contains positions. */
    const read = (body: string) => {
      const { message: parsed, poison } = parseMessage(body);
      return parsed ?? poison?.reason;
    };

    it("reads it like any other JSON, whatever single character is changed, added or removed", () => {
      const edit = fc.record({
        at: fc.nat(OWN.length),
        removed: fc.nat(1),
        put: fc.constantFrom(
          "",
          "0",
          "1",
          "9",
          "a",
          "Z",
          ".",
          "-",
          '"',
          "\\",
          " ",
          "\n",
          "\u00e4",
          "e",
          "}",
          ",",
        ),
      });
      fc.assert(
        fc.property(edit, ({ at, removed, put }) => {
          const body = OWN.slice(0, at) + put + OWN.slice(at + removed);
          expect(read(body)).toEqual(read(`${body} `));
        }),
        { numRuns: 1_000 },
      );
    });

    it.each([
      ["10082023", "abcdefgh"],
      ["01658401", "abcdefgh"],
      ["1726559995000", "1abcdefghijkl"],
      ["1726559995000", "1000000000000000000000000"],
      ["0100010700", "x".repeat(201)],
      ["-138.25", "0.0"],
      ["-138.25", "00"],
      ["365", "9a9"],
      ["365", "36500"],
      ["365", "99999"],
      ["2024-09", "2024-13"],
      ["{", "x{"],
      ["}", "}x"],
    ])("reads it like any other JSON: %s to %s", (from, to) => {
      const body = OWN.replace(from, to);
      expect(read(body)).toEqual(read(`${body} `));
    });
  });

  it.each<[string, string, RegExp]>([
    ["{", "invalid_json", /JSON/],
    [JSON.stringify({ v: 1, ...EXAMPLE, device_id: 7 }), "invalid_message", /device_id is not a string/],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, device_id: "xI-10082023-01658401" }),
      "invalid_message",
      /device_id is not a device id: it looks like I-10082023-01658401/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, device_id: "I-10082023-016584010" }),
      "invalid_message",
      /device_id is not a device id/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: 7, value: "x" }),
      "invalid_message",
      /^measurement_type is not a string; value is not a number$/,
    ],
    ...["\ud800", "a\u0000", "\ufffe", "\uffff"].map((measurement_type): [string, string, RegExp] => [
      JSON.stringify({ v: 1, ...EXAMPLE, measurement_type }),
      "invalid_message",
      /measurement_type contains characters that cannot be sent/,
    ]),
    ["", "invalid_json", /JSON/],
    ["null", "invalid_message", /not a JSON object/],
    ["[]", "invalid_message", /not a JSON object/],
    [JSON.stringify(EXAMPLE), "invalid_message", /v is not a number/],
    [JSON.stringify({ v: 0, ...EXAMPLE }), "invalid_message", /v is 0/],
    [JSON.stringify({ v: MESSAGE_VERSION + 1 }), "unknown_version", /v is 2/],
    [JSON.stringify({ v: 1, ...EXAMPLE, device_id: "x" }), "invalid_message", /device_id is not a device id/],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, timestamp: 1726559995 }),
      "invalid_message",
      /timestamp is not a time in milliseconds/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, timestamp: "1726559995000" }),
      "invalid_message",
      /timestamp is not a number/,
    ],
    [JSON.stringify({ v: 1, ...EXAMPLE, value: null }), "invalid_message", /value is not a number/],
    [
      `${JSON.stringify({ v: 1, ...EXAMPLE }).slice(0, -1)},"value":1e400}`,
      "invalid_message",
      /value is not a number that DynamoDB/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: "" }),
      "invalid_message",
      /measurement_type is empty/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, collection_time: "yesterday" }),
      "invalid_message",
      /collection_time/,
    ],
    [JSON.stringify({ v: 1, ...EXAMPLE, retention_days: 0 }), "invalid_message", /retention_days is below 1/],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, retention_days: 36_501 }),
      "invalid_message",
      /retention_days is above 36500/,
    ],
    [JSON.stringify({ v: 1.5, ...EXAMPLE }), "invalid_message", /v is not a whole number/],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, collection_time: 7 }),
      "invalid_message",
      /collection_time is not a string/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, collection_time: "2024-02-30T08:00:00.123+01:00" }),
      "invalid_message",
      /collection_time is not an ISO 8601 time in UTC/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, collection_time: "2024-13-01T08:00:00.123Z" }),
      "invalid_message",
      /collection_time is not an ISO 8601 time in UTC/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, collection_time: "x2024-09-17T08:00:00.123Z" }),
      "invalid_message",
      /collection_time/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: "x".repeat(201) }),
      "invalid_message",
      /measurement_type is longer than 200 characters/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, timestamp: 999_999_999_999 }),
      "invalid_message",
      /is not a time in milli/,
    ],
    [
      JSON.stringify({ v: 1, ...EXAMPLE, timestamp: 10_000_000_000_000 }),
      "invalid_message",
      /is not a time in milli/,
    ],
  ])("gives poison its reason: %s", (body, reason, detail) => {
    const { poison } = parseMessage(body);
    expect(poison?.reason).toBe(reason);
    expect(poison?.detail).toMatch(detail);
  });

  it("accepts the smallest and the largest of everything", () => {
    for (const ends of [
      { timestamp: 1_000_000_000_000, retention_days: 1, collection_time: "2024-09-17T08:00:00Z" },
      {
        timestamp: 9_999_999_999_999,
        retention_days: 36_500,
        measurement_type: "x".repeat(200),
        collection_time: "2024-09-17T08:00:00.123456789Z",
      },
    ])
      expect(parseMessage(JSON.stringify({ v: 1, ...EXAMPLE, ...ends })).message).toMatchObject(ends);
  });

  it("never throws, whatever the body is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const { message: read, poison } = parseMessage(body);
        expect((read === undefined) !== (poison === undefined)).toBe(true);
      }),
    );
  });
});
