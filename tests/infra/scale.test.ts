import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { capacityOf } from "../../tools/synth/capacity.ts";
import { withScaleTables } from "../../tools/synth/scale-tables.ts";

const PAGE = new URL("../../docs/scale.md", import.meta.url);

describe("the model of a stage's size", () => {
  const of = (devices: number, intervalSeconds = 300) =>
    capacityOf({ devices, intervalSeconds, measurementsPerPoll: 11 });

  it("leaves the defaults alone for a thousand devices", () => {
    expect(of(1_000)).toMatchObject({ shards: 1, pollConcurrency: 25, consumers: 5, limits: [] });
  });

  it("gives every shard no more devices than it can poll in a run", () => {
    for (const devices of [1, 13_000, 14_000, 100_000, 1_000_000]) {
      const { shards, runSeconds } = of(devices);
      expect(shards).toBeGreaterThan(0);
      expect(runSeconds).toBeLessThan(240 - 20);
    }
  });

  it("says how many stages a fleet needs whose writes of one type exceed a partition of the index", () => {
    const ofTypes = (devices: number, intervalSeconds: number) =>
      of(devices, intervalSeconds).limits.filter((limit) => limit.includes("index of types"));
    expect(ofTypes(300_000, 300)).toEqual([]);
    expect(ofTypes(300_001, 300)).toEqual(["a partition of the index of types: 2 stages"]);
    expect(ofTypes(1_000_000, 60)).toEqual(["a partition of the index of types: 17 stages"]);
  });
});

describe("docs/scale.md", () => {
  it("has the tables that the model makes: npm run docs writes them", async () => {
    const page = await readFile(PAGE, "utf8");
    expect(withScaleTables(page)).toBe(page);
  });
});
