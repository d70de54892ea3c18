import { describe, expect, it } from "vitest";

import { DeviceState } from "./state.ts";

const NONE = DeviceState.read(undefined);

describe("a device's state", () => {
  it("keeps a watermark of every type, also of one named like a part of JavaScript", () => {
    const watermarks = { "0100010700": 1726559995000, constructor: 1, toString: 2, S: 3, "": 4 };
    expect(DeviceState.read(DeviceState.write({ ...NONE, watermarks })).watermarks).toEqual(watermarks);
  });

  it("drops a watermark that is not a time", () => {
    const watermarks = { M: { a: { N: "1" }, b: { S: "x" }, c: { N: "1.5" }, d: { N: "1e400" } } };
    expect(DeviceState.read({ M: { watermarks } }).watermarks).toEqual({ a: 1 });
    expect(DeviceState.read({ M: { watermarks: { S: "x" } } }).watermarks).toEqual({});
  });

  it("counts an unreadable state as none, even with a number that a double cannot hold", () => {
    for (const state of [
      { M: { consecutive_failures: { N: "12345678901234567890.5" } } },
      { M: { last_error: { S: "x" }, watermarks: { M: { a: { N: "1" } } } } },
      { S: "x" },
    ])
      expect(DeviceState.read(state)).toEqual({ consecutive_failures: 0, quarantined: [], watermarks: {} });
  });

  it("leaves out what has not happened", () => {
    const written = DeviceState.write({ ...NONE, last_success_at: undefined, last_polled_at: "now" });
    expect(written).toEqual({
      M: {
        consecutive_failures: { N: "0" },
        quarantined: { L: [] },
        last_polled_at: { S: "now" },
        watermarks: { M: {} },
      },
    });
  });

  it("writes no watermark named __proto__, which would make the SDK's request invalid", () => {
    const watermarks = Object.fromEntries([
      ["__proto__", 1],
      ["a", 2],
    ]);
    const written = DeviceState.write({ ...NONE, watermarks });
    expect(written.M?.watermarks).toEqual({ M: { a: { N: "2" } } });
    expect(Object.keys(written.M?.watermarks?.M ?? {})).toEqual(["a"]);
  });
});
