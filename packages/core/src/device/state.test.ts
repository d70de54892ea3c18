import { describe, expect, it } from "vitest";

import { DeviceState } from "./state.ts";

const NONE = DeviceState.read(undefined);

describe("a device's state", () => {
  it("keeps a watermark of every type, also of one named like a part of JavaScript", () => {
    const watermarks = { "0100010700": 1726559995000, constructor: 1, toString: 2, S: 3, "": 4 };
    expect(DeviceState.read(DeviceState.write({ ...NONE, watermarks })).watermarks).toEqual(watermarks);
  });

  it("writes no watermark named __proto__, with which the SDK would send no valid request", () => {
    const watermarks = Object.fromEntries([
      ["__proto__", 1],
      ["a", 2],
    ]);
    const written = DeviceState.write({ ...NONE, watermarks });
    expect(written.M?.watermarks).toEqual({ M: { a: { N: "2" } } });
    expect(Object.keys(written.M?.watermarks?.M ?? {})).toEqual(["a"]);
  });
});
