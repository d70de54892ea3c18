import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type DecimalText, decimalText } from "../decimal.ts";
import { type Device, parseDevice } from "../device/device.ts";
import { remember, type Seen } from "../device/seen.ts";
import type { LatestMeasurement } from "../energylive/latest.ts";
import { selectFresh } from "./fresh.ts";

const NOW = 1_780_000_000_000;

/** A device that has sent these measurements before. */
function device(sent: readonly LatestMeasurement[] = [], config: Record<string, unknown> = {}): Device {
  const parsed = parseDevice(marshall({ device_id: "I-10082023-01658401", ...config })).device;
  if (parsed === undefined) throw new TypeError("the test's device is invalid");
  return { ...parsed, state: { ...parsed.state, seen: remember(parsed.state.seen, sent) } };
}

function of(measurement_type: string, timestamp: number, value = 1): LatestMeasurement {
  return { measurement_type, timestamp, value: decimalText(String(value)) as DecimalText };
}

const select = (from: Device, measurements: LatestMeasurement[]) =>
  selectFresh(from, { measurements, invalid: [] }, NOW);

describe("what is published", () => {
  it("publishes what the device has not sent before", () => {
    const { fresh, unchanged } = select(device([of("a", NOW - 10), of("b", NOW - 10)]), [
      of("a", NOW - 10),
      of("b", NOW - 9),
      of("c", NOW - 99),
    ]);
    expect(fresh).toEqual([of("b", NOW - 9), of("c", NOW - 99)]);
    expect(unchanged).toEqual([of("a", NOW - 10)]);
  });

  it("publishes older times after a clock went back", () => {
    expect(select(device([of("a", NOW + 3_600_000)]), [of("a", NOW)]).fresh).toEqual([of("a", NOW)]);
  });

  it("publishes nothing twice from two servers that answer in turn, one of them stuck", () => {
    let seen: Seen = new Map();
    const published: LatestMeasurement[] = [];
    for (let poll = 0; poll < 20; poll += 1) {
      const answer = [of("a", poll % 2 === 0 ? NOW + poll : NOW - 5)];
      const polled = device();
      const { fresh, unchanged } = select({ ...polled, state: { ...polled.state, seen } }, answer);
      published.push(...fresh);
      seen = remember(seen, [...unchanged, ...fresh]);
    }
    expect(published).toHaveLength(11);
  });

  it("takes the time alone for known that an earlier version published", () => {
    const polled = device();
    polled.state.seen = new Map([["a", [{ timestamp: NOW, value: undefined }]]]);
    expect(select(polled, [of("a", NOW, 7), of("b", NOW)])).toMatchObject({
      fresh: [of("b", NOW)],
      rejected: [],
    });
  });

  it("publishes only the types that the device keeps", () => {
    const { fresh, unchanged } = select(device([], { measurement_types: ["a"] }), [
      of("a", NOW),
      of("b", NOW),
    ]);
    expect(fresh).toEqual([of("a", NOW)]);
    expect(unchanged).toEqual([]);
  });

  it("publishes an element once, however often the response has it", () => {
    const { fresh, unchanged, rejected } = select(device(), [of("a", NOW), of("a", NOW), of("a", NOW - 1)]);
    expect(fresh).toEqual([of("a", NOW), of("a", NOW - 1)]);
    expect([unchanged, rejected]).toEqual([[of("a", NOW)], []]);
  });

  it("publishes the first of two values for one type and time, and quarantines the other once", () => {
    const first = select(device(), [of("a", NOW, 1), of("a", NOW, 2)]);
    expect(first.fresh).toEqual([of("a", NOW, 1)]);
    expect(first.rejected).toEqual([
      expect.objectContaining({
        reason: "conflicting_value",
        detail: `a at ${NOW} is 2, but 1 was published before; a redrive replaces it`,
        hash: expect.stringMatching(/^[\w-]{16}$/),
        raw: `{"measurement":"a","timestamp":${NOW},"value":2}`,
      }),
    ]);
    const polled = device([of("a", NOW, 1)]);
    polled.state.quarantined = first.rejected.map(({ hash }) => hash);
    expect(select(polled, [of("a", NOW, 1), of("a", NOW, 2)])).toMatchObject({ fresh: [], rejected: [] });
  });

  it("quarantines a corrected value for a time that was published, once per value", () => {
    const published = device([of("a", NOW, 1)]);
    const corrected = select(published, [of("a", NOW, 2)]);
    expect(corrected).toMatchObject({
      fresh: [],
      rejected: [{ reason: "conflicting_value", measurement: of("a", NOW, 2) }],
    });
    const quarantined = device([of("a", NOW, 1), of("a", NOW, 2)]);
    for (const value of [1, 2])
      expect(select(quarantined, [of("a", NOW, value)])).toMatchObject({ fresh: [], rejected: [] });
    expect(select(quarantined, [of("a", NOW, 3)]).rejected).toHaveLength(1);
  });

  it("quarantines a measurement dated more than a day ahead, once, and does not remember its time", () => {
    const ahead = of("a", NOW + 86_400_001);
    const first = select(device(), [ahead, of("b", NOW + 86_400_000)]);
    expect(first.fresh).toEqual([of("b", NOW + 86_400_000)]);
    expect(first.rejected).toMatchObject([
      {
        reason: "implausible_time",
        measurement: ahead,
        detail: expect.stringContaining("more than a day ahead"),
      },
    ]);
    const polled = device();
    polled.state.quarantined = first.rejected.map(({ hash }) => hash);
    expect(select(polled, [ahead])).toMatchObject({ fresh: [], unchanged: [], rejected: [] });
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

it("publishes every distinct time once, whatever the order, while the last ones are remembered", () => {
  const response = fc.array(
    fc.record({ type: fc.constantFrom("a", "b", "c"), timestamp: fc.integer({ min: NOW - 2, max: NOW }) }),
  );
  fc.assert(
    fc.property(fc.array(response, { maxLength: 8 }), (responses) => {
      let seen: Seen = new Map();
      const published = new Set<string>();
      const served = new Set<string>();
      const keyOf = ({ measurement_type, timestamp }: LatestMeasurement) =>
        `${timestamp}#${measurement_type}`;
      for (const elements of responses) {
        const polled = device();
        const answer = elements.map(({ type, timestamp }) => of(type, timestamp));
        const { fresh, unchanged } = select({ ...polled, state: { ...polled.state, seen } }, answer);
        for (const measurement of fresh) {
          expect(published.has(keyOf(measurement))).toBe(false);
          published.add(keyOf(measurement));
        }
        for (const measurement of answer) served.add(keyOf(measurement));
        seen = remember(seen, [...unchanged, ...fresh]);
      }
      expect(published).toEqual(served);
    }),
  );
});
