import { getEventListeners } from "node:events";

import { describe, expect, it } from "vitest";

import { systemClock } from "./clock.ts";

const LONG_MS = 60_000;

describe("the system's clock", () => {
  it("tells epoch milliseconds", () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
  });

  it("sleeps for as long as it was told", async () => {
    const startedAt = performance.now();
    await systemClock.sleep(30);
    // A timer of Node may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(28);
  });

  it("sleeps no longer than until the signal, and leaves nothing on it", async () => {
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

  it("keeps no process alive with a sleep that was ended", async () => {
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
