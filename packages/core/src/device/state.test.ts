import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { DeviceState } from "./state.ts";

const NONE = DeviceState.read(undefined);

describe("a device's state", () => {
  it("counts an unreadable state as none, even with a number that a double cannot hold", () => {
    for (const state of [
      { M: { consecutive_failures: { N: "12345678901234567890.5" } } },
      { M: { last_error: { S: "x" }, watermarks: { M: { a: { N: "1" } } } } },
      { S: "x" },
    ])
      expect(DeviceState.read(state)).toEqual({
        consecutive_failures: 0,
        quarantined: [],
        seen: new Map(),
        watermarks: {},
      });
  });

  it("leaves out what has not happened", () => {
    const written = DeviceState.write({ ...NONE, last_success_at: undefined, last_polled_at: "now" });
    expect(written).toEqual({
      M: {
        consecutive_failures: { N: "0" },
        quarantined: { L: [] },
        last_polled_at: { S: "now" },
        seen: { M: {} },
      },
    });
  });

  it("reads the state as it was written", () => {
    const state = fc.record({
      consecutive_failures: fc.nat(),
      seen: fc.constant(new Map([["a", [{ timestamp: 1, value: undefined }]]])),
      quarantined: fc.array(fc.string()),
      last_error: fc.record({ code: fc.string(), message: fc.string(), at: fc.string() }),
    });
    fc.assert(
      fc.property(state, (written) => {
        expect(DeviceState.read(DeviceState.write(written))).toEqual({ ...written, watermarks: { a: 1 } });
      }),
    );
  });
});
