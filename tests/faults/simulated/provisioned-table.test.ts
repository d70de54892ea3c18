import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";
import { describe, expect, it } from "vitest";

import { paceOf, splitUnits } from "../../../stacks/capacity.ts";
import { messageBody, type SimulatedPipeline, startPipeline } from "./pipeline.ts";

/** AWS's always-free write units. */
const { measurements: WRITES_PER_SECOND } = splitUnits(25);
const DEVICES = 300;
const TYPES = 11;
const INTERVALS = 4;
const LOOK_SECONDS = 5;
/** stacks/alarms.ts: OldestMessageTooOld. */
const ALARM_SECONDS = 900;

describe("a table of 25 write units that takes the measurements of 300 devices", () => {
  it("stores each within an interval, although all arrive at once, and gives nothing back", async () => {
    await using pipeline = await startProvisioned();
    let longestWait = 0;
    for (let interval = 0; interval < INTERVALS; interval += 1)
      longestWait = Math.max(longestWait, await passInterval(pipeline, DEVICES));
    // 3,300 messages at twelve a second take 275 seconds.
    expect(longestWait).toBeGreaterThan(250);
    expect(longestWait).toBeLessThanOrEqual(DEFAULT_INTERVAL_SECONDS);
    expect(pipeline.queue.messages).toEqual([]);
    expect(pipeline.table.items.size).toBe(INTERVALS * DEVICES * TYPES);
    expect([pipeline.returned(), pipeline.dlq.messages]).toEqual([0, []]);
  }, 60_000);

  it("rings by the age of the oldest message while the queue grows, and still gives nothing back", async () => {
    await using pipeline = await startProvisioned();
    let oldest = 0;
    for (let interval = 0; interval < INTERVALS; interval += 1)
      oldest = await passInterval(pipeline, DEVICES * 5);
    expect(oldest).toBeGreaterThan(ALARM_SECONDS);
    expect([pipeline.returned(), pipeline.dlq.messages]).toEqual([0, []]);
  }, 60_000);
});

async function startProvisioned(): Promise<SimulatedPipeline> {
  const pipeline = await startPipeline({ pace: paceOf(WRITES_PER_SECOND, true) });
  pipeline.table.limit(WRITES_PER_SECOND);
  return pipeline;
}

/** Sends what a poll of each device brings, and returns the longest that a message had waited until the next poll. */
async function passInterval({ clock, queue }: SimulatedPipeline, devices: number): Promise<number> {
  for (let device = 0; device < devices; device += 1)
    for (let type = 0; type < TYPES; type += 1) queue.send(messageBody(device, clock.now() + type));
  let longest = 0;
  for (let passed = 0; passed < DEFAULT_INTERVAL_SECONDS; passed += LOOK_SECONDS) {
    await clock.pass(LOOK_SECONDS * 1000);
    longest = Math.max(longest, queue.oldestSeconds);
  }
  return longest;
}
