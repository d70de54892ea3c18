import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type DecimalText, decimalText } from "../decimal.ts";
import { type Device, parseDevice } from "../device/device.ts";
import type { LatestMeasurement } from "../energylive/latest.ts";
import { moveWatermarks, selectFresh } from "./fresh.ts";

const NOW = 1_780_000_000_000;

function device(watermarks: Record<string, number> = {}, config: Record<string, unknown> = {}): Device {
  const parsed = parseDevice(marshall({ device_id: "I-10082023-01658401", ...config })).device;
  if (parsed === undefined) throw new TypeError("the test's device is invalid");
  return { ...parsed, state: { ...parsed.state, watermarks } };
}

function of(measurement_type: string, timestamp: number, value = 1): LatestMeasurement {
  return { measurement_type, timestamp, value: decimalText(String(value)) as DecimalText };
}

const select = (from: Device, measurements: LatestMeasurement[]) =>
  selectFresh(from, { measurements, invalid: [] }, NOW);

describe("what is published", () => {
  it("publishes what is newer than the watermark of its type", () => {
    const { fresh, unchanged } = select(device({ a: NOW - 10, b: NOW - 10 }), [
      of("a", NOW - 10),
      of("b", NOW - 9),
      of("c", NOW - 99),
    ]);
    expect(fresh).toEqual([of("b", NOW - 9), of("c", NOW - 99)]);
    expect(unchanged).toBe(1);
  });

  it("publishes nothing from a response that goes backwards", () => {
    expect(select(device({ a: NOW - 10 }), [of("a", NOW - 1_000)]).fresh).toEqual([]);
  });

  it("publishes only the types that the device keeps", () => {
    const { fresh, unchanged } = select(device({}, { measurement_types: ["a"] }), [
      of("a", NOW),
      of("b", NOW),
    ]);
    expect(fresh).toEqual([of("a", NOW)]);
    expect(unchanged).toBe(0);
  });

  it("publishes an element once, however often the response has it", () => {
    const { fresh, unchanged, rejected } = select(device(), [of("a", NOW), of("a", NOW), of("a", NOW - 1)]);
    expect(fresh).toEqual([of("a", NOW), of("a", NOW - 1)]);
    expect([unchanged, rejected]).toEqual([1, []]);
  });

  it("publishes the first of two values for one type and time, and quarantines the other once", () => {
    const first = select(device(), [of("a", NOW, 1), of("a", NOW, 2)]);
    expect(first.fresh).toEqual([of("a", NOW, 1)]);
    expect(first.rejected).toEqual([
      expect.objectContaining({
        reason: "conflicting_value",
        detail: `a has two values at ${NOW}; the first one was published`,
        hash: expect.stringMatching(/^[\w-]{16}$/),
        raw: `{"measurement":"a","timestamp":${NOW},"value":2}`,
      }),
    ]);
    const polled = device({ a: NOW });
    polled.state.quarantined = first.rejected.map(({ hash }) => hash);
    expect(select(polled, [of("a", NOW, 1), of("a", NOW, 2)])).toMatchObject({ fresh: [], rejected: [] });
  });

  it("recovers from a device whose clock was wrong", () => {
    const wrong = NOW + 365 * 86_400_000;
    expect(select(device({ a: wrong }), [of("a", wrong)]).fresh).toEqual([]);
    expect(select(device({ a: wrong }), [of("a", NOW)]).fresh).toEqual([of("a", NOW)]);
    expect(moveWatermarks({ a: wrong }, [of("a", NOW)], new Set())).toEqual({ a: NOW });
    // Up to five minutes are no wrong clock.
    const fiveMinutes = 5 * 60_000;
    expect(select(device({ a: NOW + fiveMinutes }), [of("a", NOW)]).fresh).toEqual([]);
    expect(select(device({ a: NOW + fiveMinutes + 1 }), [of("a", NOW)]).fresh).toEqual([of("a", NOW)]);
  });

  it("accepts types named like an object's own members", () => {
    const names = ["constructor", "toString", "hasOwnProperty"];
    expect(
      select(
        device(),
        names.map((name) => of(name, NOW)),
      ).fresh,
    ).toHaveLength(names.length);
  });
});

describe("an invalid element that stays in the response", () => {
  it("quarantines an invalid element once, and again when it changes", () => {
    const response = (...raws: string[]) => ({
      measurements: [],
      invalid: raws.map((raw) => ({ raw, detail: "is not a number" })),
    });
    const first = selectFresh(device(), response('{"a":1}', '{"a":1}'), NOW);
    expect(first.rejected).toHaveLength(1);
    const polled = device();
    polled.state.quarantined = first.rejected.map(({ hash }) => hash);
    const again = selectFresh(polled, response('{"a":1}'), NOW);
    expect(again.rejected).toEqual([]);
    expect(again.stillQuarantined).toEqual(polled.state.quarantined);
    expect(selectFresh(polled, response('{"a":2}'), NOW).rejected).toHaveLength(1);
  });

  it("quarantines thousands of invalid elements as fifty and one message", () => {
    const invalid = Array.from({ length: 15_000 }, (_, index) => ({
      raw: String(index),
      detail: "is not an object",
    }));
    const fifty = { measurements: [], invalid: invalid.slice(0, 50) };
    expect(selectFresh(device(), fifty, NOW).rejected.map(({ raw }) => raw)).toEqual(
      fifty.invalid.map(({ raw }) => raw),
    );
    const { rejected } = selectFresh(device(), { measurements: [], invalid }, NOW);
    expect(rejected).toHaveLength(51);
    expect(rejected[50]).toMatchObject({
      reason: "invalid_element",
      detail: "14950 more elements of the response are not measurements either",
    });
    expect(JSON.parse(rejected[50]?.raw ?? "")).toHaveLength(15_000 - 50);
    const polled = device();
    polled.state.quarantined = rejected.map(({ hash }) => hash);
    expect(selectFresh(polled, { measurements: [], invalid }, NOW).rejected).toEqual([]);
  });
});

describe("a watermark", () => {
  it("moves a watermark to the newest accepted measurement, unless one of its type was not accepted", () => {
    const published = [of("a", NOW), of("a", NOW - 5), of("b", NOW)];
    expect(moveWatermarks({ a: 1, b: 1, c: 1 }, published, new Set(["b"]))).toEqual({ a: NOW, b: 1, c: 1 });
  });

  it("keeps watermarks for a limited number of types", () => {
    const types = Array.from({ length: 800 }, (_, index) => of(`type-${index}`, NOW + index));
    const kept = moveWatermarks({}, types, new Set());
    expect(Object.keys(kept)).toHaveLength(300);
    expect(Math.min(...Object.values(kept))).toBe(NOW + 500);
    // Up to there they stay as they are, in their order.
    const first = types.slice(0, 300);
    expect(Object.keys(moveWatermarks({}, first, new Set()))).toEqual(
      first.map((one) => one.measurement_type),
    );
  });

  it("never publishes a measurement twice, and loses none that is newer", () => {
    const response = fc.array(
      fc.record({ type: fc.constantFrom("a", "b", "c"), timestamp: fc.integer({ min: NOW - 20, max: NOW }) }),
    );
    fc.assert(
      fc.property(fc.array(response, { maxLength: 8 }), (responses) => {
        let watermarks: Record<string, number> = {};
        const published = new Set<string>();
        for (const elements of responses) {
          const before = { ...watermarks };
          const { fresh } = select(
            device(watermarks),
            elements.map(({ type, timestamp }) => of(type, timestamp)),
          );
          for (const { measurement_type, timestamp } of fresh) {
            const key = `${timestamp}#${measurement_type}`;
            expect(published.has(key)).toBe(false);
            published.add(key);
          }
          for (const { type, timestamp } of elements) {
            if (timestamp > (before[type] ?? 0)) expect(published.has(`${timestamp}#${type}`)).toBe(true);
          }
          watermarks = moveWatermarks(watermarks, fresh, new Set());
        }
      }),
    );
  });
});
