import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import type { Clock } from "../clock.ts";
import { ApiKey, KeyUnavailableError } from "./api-key.ts";
import { createKeyStore } from "./store.ts";

const SECRET = "VsMgAMu7D6SD7jXEzbDlw_planted";

function clockAt(start: number): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    sleep: async () => {},
    advance(ms) {
      now += ms;
    },
  };
}

describe("a key (invariant 8)", () => {
  it("shows itself in no way but to the API client", () => {
    const key = new ApiKey("mother", SECRET);
    const shown = [
      JSON.stringify({ key }),
      inspect({ key }, { depth: 9, showHidden: true }),
      String(key),
      `${Object.entries(key)}`,
    ];
    for (const text of shown) expect(text).not.toContain(SECRET);
    expect(key.reveal()).toBe(SECRET);
    expect(key.redact(`x${SECRET}y`)).toBe("x[key mother]y");
  });

  it("is trimmed, for a pasted key often ends with a line break", () => {
    expect(new ApiKey("default", ` ${SECRET}\n`).reveal()).toBe(SECRET);
  });

  it.each(["", "  ", `${SECRET}\n${SECRET}`, "schlüssel"])(
    "that no header can carry is refused without showing it: %j",
    (value) => {
      expect(() => new ApiKey("mother", value)).toThrow(KeyUnavailableError);
      expect(() => new ApiKey("mother", value)).not.toThrow(new RegExp(SECRET));
    },
  );
});

describe("the key store", () => {
  it("asks for a key once, and again after five minutes, so that a rotated key is picked up", async () => {
    const clock = clockAt(0);
    let asked = 0;
    const keys = createKeyStore({ clock, source: async (name) => new ApiKey(name, `${SECRET}${++asked}`) });
    await Promise.all([keys.get("a"), keys.get("a"), keys.get("a")]);
    expect(asked).toBe(1);
    clock.advance(299_999);
    await keys.get("a");
    expect(asked).toBe(1);
    clock.advance(2);
    expect((await keys.get("a")).reveal()).toBe(`${SECRET}2`);
  });

  it("asks again soon for a key that could not be had", async () => {
    const clock = clockAt(0);
    let works = false;
    const keys = createKeyStore({
      clock,
      source: async (name) => {
        if (!works) throw new KeyUnavailableError("not now");
        return new ApiKey(name, SECRET);
      },
    });
    await expect(keys.get("a")).rejects.toThrow("not now");
    works = true;
    await expect(keys.get("a")).rejects.toThrow("not now");
    clock.advance(10_001);
    expect((await keys.get("a")).name).toBe("a");
  });
});
