import { DeviceId } from "@energylive/core/measurement/measurement";
import { describe, expect, it } from "vitest";

import { deviceId } from "./device-id.ts";

describe("device ids", () => {
  it("gives valid and unique ids for 100,000 devices of a seed", () => {
    const ids = new Set<string>();
    for (let number = 0; number < 100_000; number += 1) ids.add(deviceId(1, "I", number));
    expect(ids.size).toBe(100_000);
    expect([...ids].filter((id) => !DeviceId.safeParse(id).success)).toEqual([]);
  });

  it("repeats no serial among the first hundred million", () => {
    const serials = Array.from({ length: 100 }, (_, index) => deviceId(1, "I", index * 1_000_000).slice(-8));
    expect(new Set(serials).size).toBe(100);
  });

  it("contains a production date that exists", () => {
    for (let number = 0; number < 1_000; number += 1) {
      const [, day, month, year] = /^G-(\d\d)(\d\d)(\d{4})-/.exec(deviceId(7, "G", number)) ?? [];
      const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
      expect(date.toISOString().slice(0, 10)).toBe(`${year}-${month}-${day}`);
    }
  });

  it("gives the same id for the same seed and number, and another otherwise", () => {
    expect(deviceId(1, "I", 5)).toBe(deviceId(1, "I", 5));
    expect(deviceId(1, "I", 5)).not.toBe(deviceId(2, "I", 5));
    expect(deviceId(1, "I", 5).slice(1)).not.toBe(deviceId(1, "G", 5).slice(1));
  });
});
