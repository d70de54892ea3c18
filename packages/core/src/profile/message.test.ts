import { describe, expect, it } from "vitest";

import { delaySeconds, mergeRanges, parseRange, rangesOf, serializeRange } from "./message.ts";

const ID = "I-10082023-01658401";
const OTHER = "I-10082023-01658402";
const NOON = Date.parse("2026-11-25T12:00:00Z");
const MINUTE = 60_000;

describe("a message to the profiler", () => {
  it("is read as it was written", () => {
    const range = { device_id: ID, from: NOON, to: NOON + 5 };
    expect(serializeRange(range)).toBe(`{"v":1,"device_id":"${ID}","from":${NOON},"to":${NOON + 5}}`);
    expect(parseRange(serializeRange(range))).toEqual({ range });
  });

  it.each([
    ["{", "invalid_json", /./],
    ["7", "invalid_message", /is not a JSON object/],
    [`{"v":2,"device_id":"${ID}"}`, "unknown_version", /reads up to 1: deploy a newer one/],
    [
      `{"v":1,"device_id":"x","from":${NOON},"to":${NOON}}`,
      "invalid_message",
      /device_id is not a device id/,
    ],
    [`{"v":1,"device_id":"${ID}","from":${NOON},"to":${NOON - 1}}`, "invalid_message", /to is before from/],
    [`{"v":1,"device_id":"${ID}","from":1,"to":2}`, "invalid_message", /from is not a time in milliseconds/],
  ])("that cannot be read says why: %s", (body, reason, detail) => {
    expect(parseRange(body).poison).toEqual({ reason, detail: expect.stringMatching(detail) });
  });

  it("waits until a minute after its quarter-hour, and never longer than it may", () => {
    const delay = (to: number, now: number, longest = 900) =>
      delaySeconds({ device_id: ID, from: to, to }, now, longest);
    expect(delay(NOON + 10 * MINUTE, NOON + 10 * MINUTE)).toBe(6 * 60);
    expect(delay(NOON, NOON)).toBe(900);
    expect(delay(NOON, NOON + 16 * MINUTE)).toBe(0);
    expect(delay(NOON, NOON + 60 * MINUTE)).toBe(0);
    expect(delay(NOON + 10 * MINUTE, NOON + 10 * MINUTE, 30)).toBe(30);
  });

  it("covers what follows one another, per device, and what is far apart is two", () => {
    const measured = (device_id: string, minutes: number, measurement_type = "0100010800") => ({
      device_id,
      measurement_type,
      timestamp: NOON + minutes * MINUTE,
    });
    expect(
      rangesOf([
        measured(OTHER, 0),
        measured(ID, 50),
        measured(ID, 0, "0100010700"),
        measured(ID, 111),
        measured(ID, 20, "batteryVoltage"),
      ]),
    ).toEqual([
      { device_id: ID, from: NOON, to: NOON + 50 * MINUTE },
      { device_id: ID, from: NOON + 111 * MINUTE, to: NOON + 111 * MINUTE },
      { device_id: OTHER, from: NOON, to: NOON },
    ]);
    const ranges = [
      { device_id: ID, from: NOON, to: NOON + 90 * MINUTE },
      { device_id: ID, from: NOON + MINUTE, to: NOON + 2 * MINUTE },
    ];
    expect(mergeRanges(ranges)).toEqual([ranges[0]]);
  });
});
