import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createMeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import { NoTypeIndexError } from "@energylive/core/measurement/type-index";
import { resourceNames } from "@energylive/core/settings/names";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { describe, expect, it } from "vitest";

import { startCollector } from "./collector.ts";

const TYPE = "0100010700";

/** Devices whose measurements of one type interleave in time, some at the same instant. */
async function storeOfEachDevice(shards: number | undefined) {
  const variables = shards === undefined ? {} : { TYPE_INDEX_SHARDS: String(shards) };
  const collector = await startCollector({ devices: 20, variables });
  const { stack, api, ids } = collector;
  for (const [index, id] of ids.entries()) {
    await collector.put({ device_id: id });
    const timestamp = 1726559995000 + (index % 7) * 1000;
    api.setResponse(id, JSON.stringify([{ measurement: TYPE, timestamp, value: index }]));
  }
  await stack.poll({});
  await collector.drained();
  return {
    collector,
    history: createMeasurementHistory({ dynamodb: stack.dynamodb, table: stack.names.measurementsTable }),
  };
}

async function all(measurements: AsyncIterable<StoredMeasurement>): Promise<StoredMeasurement[]> {
  return Array.fromAsync(measurements);
}

describe.each([undefined, 1, 8])(
  "a query of one type over all devices, with %s shards of the index",
  (shards) => {
    it("finds each device's measurement once, in the order of time", async () => {
      const { collector, history } = await storeOfEachDevice(shards);
      await using _ = collector;
      const forwards = await all(history.ofType(TYPE, {}));
      expect(new Set(forwards.map(({ device_id }) => device_id))).toEqual(new Set(collector.ids));
      expect(forwards).toHaveLength(collector.ids.length);
      const times = forwards.map(({ timestamp }) => timestamp);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      const backwards = await all(history.ofType(TYPE, { descending: true }));
      expect(backwards.map(({ timestamp }) => timestamp)).toEqual(times.toReversed());
      const bounded = await all(
        history.ofType(TYPE, { since: 1726559996000, until: 1726559998000, limit: 4 }),
      );
      expect(bounded.map(({ timestamp }) => timestamp)).toEqual([
        1726559996000, 1726559996000, 1726559996000, 1726559997000,
      ]);
      expect(await all(history.ofType("0100020700", {}))).toEqual([]);
    });
  },
);

describe("a measurements table without an index of types", () => {
  it("stores, answers for a device, and says that it cannot answer for a type", async () => {
    const { collector, history } = await storeOfEachDevice(0);
    await using _ = collector;
    const [id = ""] = collector.ids;
    expect(await all(history.ofDevice(id, {}))).toHaveLength(1);
    await expect(all(history.ofType(TYPE, {}))).rejects.toThrow(NoTypeIndexError);
    await expect(all(history.ofType(TYPE, {}))).rejects.toThrow(/name a device/);
  });
});

describe("an embedded table that is there", () => {
  it("keeps the index that it was made with, and says so to whoever wants another", async () => {
    const folder = await mkdtemp(join(tmpdir(), "energylive-"));
    const names = resourceNames("local");
    try {
      await (await startDynamoDB({ folder, names, typeIndexShards: 4 })).stop();
      const again = await startDynamoDB({ folder, names });
      expect(again.typeIndexShards).toBe(4);
      await again.stop();
      await expect(startDynamoDB({ folder, names, typeIndexShards: 8 })).rejects.toThrow(
        /TYPE_INDEX_SHARDS is 8, but the measurements table was made with 4.*--fresh/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
