import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { startAws } from "../../../../tests/support/aws.ts";
import { mergeSorted } from "./merge.ts";
import { findTypeIndex, typeShard, typeShards } from "./type-index.ts";

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

describe("the type index that is read", () => {
  it.each([
    [[], undefined],
    [[["Other", "ACTIVE"]], undefined],
    [[["MeasurementTypeIndex", "ACTIVE"]], { name: "MeasurementTypeIndex", shards: 1 }],
    [[["MeasurementTypeIndex", "DELETING"]], undefined],
    [
      [
        ["MeasurementTypeIndex-8", "CREATING"],
        ["MeasurementTypeIndex-4", "ACTIVE"],
      ],
      { name: "MeasurementTypeIndex-4", shards: 4 },
    ],
    [
      [
        ["MeasurementTypeIndex", "DELETING"],
        ["MeasurementTypeIndex-8", "CREATING"],
      ],
      { name: "MeasurementTypeIndex-8", shards: 8 },
    ],
  ])("of %j is %j", async (indexes, expected) => {
    const GlobalSecondaryIndexes = indexes.map(([IndexName, IndexStatus]) => ({ IndexName, IndexStatus }));
    await using aws = await startAws(() => ({ Table: { GlobalSecondaryIndexes } }));
    const dynamodb = new DynamoDBClient(aws.config);
    expect(await findTypeIndex({ dynamodb, table: "EnergyLiveData" })).toEqual(expected);
    dynamodb.destroy();
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
