import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock } from "@energylive/core/clock";
import type { FetcherRun } from "@energylive/core/fetcher/result";
import { createLog } from "@energylive/core/log";
import { afterEach, beforeEach, expect, it } from "vitest";
import { activityFile, openActivityRecord, readActivity } from "./activity.ts";

const MINUTE = 60_000;

let folder: string;
let now = Date.UTC(2026, 10, 24, 6, 0, 30);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "energylive-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () =>
  openActivityRecord({
    folder,
    clock: { ...systemClock, now: () => now },
    log: createLog({ level: "silent" }),
  });

function run(index: number, total: number, polled: number): FetcherRun {
  const counts = { failed: 0, skipped: 0, deferred: 0, published: 0, unchanged: 0, quarantined: 0 };
  return { shard: { index, total }, at: now, duration_ms: 5, polled, ...counts };
}

it("keeps the last run of each existing shard", async () => {
  const record = await open();
  for (const one of [run(1, 2, 1), run(0, 2, 2), run(1, 2, 3)]) record.addRun(one);
  expect(record.now().runs.map(({ shard, polled }) => [shard.index, polled])).toEqual([
    [0, 2],
    [1, 3],
  ]);
  record.addRun(run(0, 1, 4));
  expect(record.now().runs).toEqual([run(0, 1, 4)]);
  await record.close();
});

it("counts stored measurements per minute for a day, and the lag of the last hour", async () => {
  const record = await open();
  record.addStored(2, [1_000, 9_000]);
  record.addStored(1, [4_000]);
  record.addStored(0, []);
  expect(record.now()).toMatchObject({
    throughput: [{ minute: now - 30_000, stored: 3 }],
    ingest_lag: { median_ms: 4_000, maximum_ms: 9_000 },
  });
  now += 61 * MINUTE;
  expect(record.now().ingest_lag).toBeNull();
  record.addStored(5, [100]);
  expect(record.now().throughput.map(({ stored }) => stored)).toEqual([3, 5]);
  now += 23 * 60 * MINUTE;
  record.addStored(7, [100]);
  expect(record.now().throughput.map(({ stored }) => stored)).toEqual([5, 7]);
  await record.close();
});

it("keeps the record over a stop, and starts again when its file cannot be read", async () => {
  const record = await open();
  record.addRun(run(0, 1, 3));
  record.addStored(1, [10]);
  const before = record.now();
  await record.close();
  expect(await readActivity(folder, now)).toEqual(before);
  expect((await open()).now()).toEqual(before);
  for (const text of ["", "{", '{"runs":1}']) {
    await writeFile(activityFile(folder), text);
    expect((await open()).now()).toEqual({ runs: [], throughput: [], ingest_lag: null });
  }
});
