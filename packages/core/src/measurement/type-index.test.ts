import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { mergeSorted } from "./merge.ts";
import { typeShard, typeShards } from "./type-index.ts";

describe("the partition of a sharded type index", () => {
  // By another implementation of FNV-1a. Measurements lie where these say; another answer would be another index entry.
  it.each([
    ["I-10082023-01658401", 8, "0100010700#7"],
    ["I-10082023-01658402", 8, "0100010700#2"],
    ["G-10082023-00000001", 100, "0100010700#27"],
  ])("is the same for ever: %s of %i", (deviceId, shards, expected) => {
    expect(typeShard("0100010700", deviceId, shards)).toBe(expected);
  });

  it("spreads devices evenly", () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 10_000; index += 1) {
      const shard = typeShard("0100010700", `I-10082023-${String(index).padStart(8, "0")}`, 16);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(typeShards("0100010700", 16).sort());
    expect(Math.max(...counts.values()) / Math.min(...counts.values())).toBeLessThan(1.5);
  });
});

describe("merging", () => {
  it("answers everything of every stream, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer())), async (lists) => {
        const streams = lists.map(async function* (list) {
          yield* list.toSorted((a, b) => a - b);
        });
        expect(await Array.fromAsync(mergeSorted(streams, (a, b) => a - b))).toEqual(
          lists.flat().sort((a, b) => a - b),
        );
      }),
    );
  });

  it("closes every stream when its reader has seen enough", async () => {
    const closed: number[] = [];
    const endless = async function* (id: number) {
      try {
        for (let value = id; ; value += 1) yield value;
      } finally {
        closed.push(id);
      }
    };
    for await (const value of mergeSorted([endless(1), endless(2)], (a, b) => a - b)) if (value > 3) break;
    expect(closed).toEqual([1, 2]);
  });
});
