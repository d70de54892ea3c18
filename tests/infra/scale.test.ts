import { readFile } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { capacityOf } from "../../tools/synth/capacity.ts";
import { withScaleTables } from "../../tools/synth/scale-tables.ts";

const PAGE = new URL("../../docs/scale.md", import.meta.url);

describe("the model of a stage's size", () => {
  const of = (devices: number, intervalSeconds = 300) =>
    capacityOf({ devices, intervalSeconds, measurementsPerPoll: 11 });

  it("leaves the defaults alone for a thousand devices", () => {
    expect(of(1_000)).toMatchObject({ shards: 1, pollConcurrency: 25, consumers: 10, limits: [] });
  });

  it("gives every shard no more devices than it can poll in a run", () => {
    for (const devices of [1, 13_000, 14_000, 100_000, 1_000_000]) {
      const { shards, runSeconds } = of(devices);
      expect(shards).toBeGreaterThan(0);
      expect(runSeconds).toBeLessThan(240 - 20);
    }
  });

  it("spreads the index before a partition of it has more than its thousand writes a second", () => {
    for (const devices of [100_000, 200_000, 1_000_000]) {
      for (const interval of [60, 300]) {
        const { writesOfOneType, typeIndexShards } = of(devices, interval);
        expect(writesOfOneType / typeIndexShards).toBeLessThanOrEqual(500);
      }
    }
  });
});

describe("docs/scale.md", () => {
  it("has the tables that the model makes: npm run docs makes them anew", async () => {
    const page = await readFile(PAGE, "utf8");
    expect(withScaleTables(page)).toBe(page);
  });
});
