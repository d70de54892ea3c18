import { getEventListeners } from "node:events";

import { describe, expect, it } from "vitest";

import { systemClock } from "./clock.ts";

const LONG_MS = 60_000;

describe("the system's clock", () => {
  it("returns epoch milliseconds", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
  });

  it("sleeps for the given time", async () => {
    const startedAt = performance.now();
    await systemClock.sleep(30);
    // A timer of Node may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(28);
  });

  it("wakes up at once when the signal is aborted, and removes its listener", async () => {
    const waking = new AbortController();
    const asleep = systemClock.sleep(LONG_MS, waking.signal);
    expect(getEventListeners(waking.signal, "abort")).toHaveLength(1);
    waking.abort();
    await asleep;
    await systemClock.sleep(LONG_MS, waking.signal);

    const quiet = new AbortController();
    await systemClock.sleep(1, quiet.signal);
    expect(getEventListeners(quiet.signal, "abort")).toEqual([]);
  });

  it("keeps no process alive after a sleep was aborted", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const waking = new AbortController();
    const asleep = systemClock.sleep(LONG_MS, waking.signal);
    expect(timers()).toBe(before + 1);
    waking.abort();
    await asleep;
    expect(timers()).toBe(before);
  });
});
