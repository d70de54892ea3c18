import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMessage, serializeMessage } from "../queue/message.ts";
import { EXAMPLE, message } from "../testing/messages.ts";
import { measurementItem, measurementJson, storedMeasurement } from "./item.ts";

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

  it("writes a byte-identical item for a redelivered message (invariant 2)", () => {
    fc.assert(
      fc.property(message, (sent) => {
        const again = parseMessage(serializeMessage(sent)).message;
        expect(again && JSON.stringify(measurementItem(again))).toBe(JSON.stringify(measurementItem(sent)));
      }),
    );
  });

  it("reads an item back as it was written", () => {
    fc.assert(
      fc.property(message, (sent) => {
        const { retention_days, ...measurement } = sent;
        const item = measurementItem(sent);
        expect(storedMeasurement(item)).toMatchObject(measurement);
        expect(storedMeasurement(item).unit).toBe(item.unit?.S);
      }),
    );
  });

  it("writes JSON with all digits", () => {
    const sent = parseMessage(JSON.stringify({ v: 1, ...EXAMPLE })).message;
    if (sent === undefined) throw new TypeError("the example is not a message");
    const item = { ...measurementItem(sent), value: { N: "12345678901234567890.5" } };
    expect(JSON.stringify(measurementJson(storedMeasurement(item)))).toContain(
      '"value":12345678901234567890.5,',
    );
  });

  it("refuses an item of another program, and says what it lacks", () => {
    const sent = parseMessage(JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: "new" })).message;
    if (sent === undefined) throw new TypeError("the example is not a message");
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

  it("gives an undocumented type no unit", () => {
    const { message: read } = parseMessage(
      JSON.stringify({ v: 1, ...EXAMPLE, measurement_type: "somethingNew" }),
    );
    expect(read && measurementItem(read)).not.toHaveProperty("unit");
  });
});
