import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { EXAMPLE, message, timestamp, type } from "../testing/messages.ts";
import { measurementKey, timeKey } from "./measurement.ts";

describe("the measurement key", () => {
  it("consists of the time in 13 digits and the type", () => {
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
