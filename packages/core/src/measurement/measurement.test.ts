import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type DecimalText, decimalText } from "../decimal.ts";
import { measurementItem, measurementJson, storedMeasurement } from "./item.ts";
import { measurementKey, timeKey } from "./measurement.ts";
import { MESSAGE_VERSION, type MeasurementMessage, parseMessage, serializeMessage } from "./message.ts";

const timestamp = fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 });
const type = fc
  .string({ unit: "binary", minLength: 1, maxLength: 40 })
  .filter((text) => text.isWellFormed() && !/[\p{Cc}\uFFFE\uFFFF]/u.test(text));
const value = fc
  .tuple(fc.stringMatching(/^-?[1-9][0-9]{0,37}$/), fc.integer({ min: -100, max: 80 }))
  .map(([digits, exponent]) => decimalText(`${digits}e${exponent}`))
  .filter((text) => text !== undefined);
const message: fc.Arbitrary<MeasurementMessage> = fc.record({
  device_id: fc.stringMatching(/^[IG]-[0-9]{8}-[0-9]{8}$/),
  measurement_type: type,
  timestamp,
  value,
  collection_time: fc
    .date({ min: new Date("2020-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  retention_days: fc.integer({ min: 1, max: 36_500 }),
});

const EXAMPLE = {
  device_id: "I-10082023-01658401",
  measurement_type: "0100010700",
  timestamp: 1726559995000,
  value: 138,
  collection_time: "2024-09-17T08:00:00.123Z",
  retention_days: 365,
};

describe("the measurement key", () => {
  it("is the time in 13 digits and the type", () => {
    expect(measurementKey(EXAMPLE)).toBe("1726559995000#0100010700");
    expect(timeKey(5)).toBe("0000000000005");
  });

  it("differs for different measurements and is the same for the same one (invariant 3)", () => {
    fc.assert(
      fc.property(message, message, (a, b) => {
        const isSame = a.timestamp === b.timestamp && a.measurement_type === b.measurement_type;
        expect(measurementKey(a) === measurementKey(b)).toBe(isSame);
      }),
    );
  });

  it("sorts by time, whatever the types", () => {
    fc.assert(
      fc.property(timestamp, timestamp, type, type, (t1, t2, type1, type2) => {
        fc.pre(t1 < t2);
        const key = measurementKey({ timestamp: t2, measurement_type: type2 });
        expect(measurementKey({ timestamp: t1, measurement_type: type1 }) < key).toBe(true);
        expect(key > timeKey(t1)).toBe(true);
      }),
    );
  });
});

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

  it("is read the same in the form that the fetcher writes and in any other form of the same JSON", () => {
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
    /** What the two ways of reading must agree on; the text of an error tells positions. */
    const read = (body: string) => {
      const { message: parsed, poison } = parseMessage(body);
      return parsed ?? poison?.reason;
    };

    it("is read as any other JSON, whatever one character is changed, put in or left out", () => {
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
    ])("is read as any other JSON: %s to %s", (from, to) => {
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
      /measurement_type holds characters that cannot be sent/,
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
  ])("is poison with a reason: %s", (body, reason, detail) => {
    const { poison } = parseMessage(body);
    expect(poison?.reason).toBe(reason);
    expect(poison?.detail).toMatch(detail);
  });

  it("may have the first and the last of everything", () => {
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

  it("never throws, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const { message: read, poison } = parseMessage(body);
        expect((read === undefined) !== (poison === undefined)).toBe(true);
      }),
    );
  });
});

describe("the measurement item", () => {
  it("has the attributes of the contract", () => {
    const { message: read } = parseMessage(JSON.stringify({ v: 1, ...EXAMPLE }));
    expect(read && measurementItem(read)).toEqual({
      device_id: { S: "I-10082023-01658401" },
      measurement_key: { S: "1726559995000#0100010700" },
      timestamp: { N: "1726559995000" },
      iso_timestamp: { S: "2024-09-17T07:59:55.000Z" },
      measurement_type: { S: "0100010700" },
      value: { N: "138" },
      unit: { S: "W" },
      collection_time: { S: "2024-09-17T08:00:00.123Z" },
      ttl: { N: String(1726559995 + 365 * 86_400) },
    });
  });

  it("is byte-identical for a redelivered message (invariant 2)", () => {
    fc.assert(
      fc.property(message, (sent) => {
        const again = parseMessage(serializeMessage(sent)).message;
        expect(again && JSON.stringify(measurementItem(again))).toBe(JSON.stringify(measurementItem(sent)));
      }),
    );
  });

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(message, (sent) => {
        const { retention_days, ...measurement } = sent;
        const item = measurementItem(sent);
        expect(storedMeasurement(item)).toMatchObject(measurement);
        expect(storedMeasurement(item).unit).toBe(item.unit?.S);
      }),
    );
  });

  it("is JSON with all of its digits", () => {
    const sent = parseMessage(JSON.stringify({ v: 1, ...EXAMPLE })).message;
    if (sent === undefined) throw new TypeError("the example is no message");
    const item = { ...measurementItem(sent), value: { N: "12345678901234567890.5" } };
    expect(JSON.stringify(measurementJson(storedMeasurement(item)))).toContain(
      '"value":12345678901234567890.5,',
    );
  });

  it("is refused when this project did not write it, by what it lacks", () => {
    const sent = parseMessage(JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: "new" })).message;
    if (sent === undefined) throw new TypeError("the example is no message");
    const item = measurementItem(sent);
    expect(storedMeasurement(item)).not.toHaveProperty("unit");
    for (const attribute of [
      "device_id",
      "measurement_key",
      "iso_timestamp",
      "measurement_type",
      "collection_time",
    ])
      expect(() => storedMeasurement({ ...item, [attribute]: { N: "1" } })).toThrow(
        `a measurement item has no text in "${attribute}"`,
      );
    for (const attribute of ["value", "timestamp", "ttl"])
      expect(() => storedMeasurement({ ...item, [attribute]: { S: "1" } })).toThrow(
        `a measurement item has no number in "${attribute}"`,
      );
    expect(() => storedMeasurement({})).toThrow('a measurement item has no number in "value"');
    const { device_id: _, ...nameless } = item;
    expect(() => storedMeasurement(nameless)).toThrow('a measurement item has no text in "device_id"');
    expect(storedMeasurement({ ...item, unit: { S: "W" } }).unit).toBe("W");
    expect(() => storedMeasurement({ ...item, value: { N: "x" } })).toThrow(
      "value of 1726559995000#new is not a number",
    );
  });

  it("has no unit for a type that is not documented", () => {
    const { message: read } = parseMessage(
      JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: "somethingNew" }),
    );
    expect(read && measurementItem(read)).not.toHaveProperty("unit");
  });
});
