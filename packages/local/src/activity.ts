import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "@energylive/core/clock";
import { FetcherRun } from "@energylive/core/fetcher/result";
import type { Log } from "@energylive/core/log";
import * as z from "zod";

import { replaceFile } from "./replace-file.ts";

const MINUTE_MS = 60_000;

/** How many minutes are kept: a day. */
const KEPT_MINUTES = 1_440;

/** The ingest lag covers measurements stored within this time. */
const LAG_WINDOW_MS = 3_600_000;

/** How many lags are kept for the median: the newest. */
const KEPT_LAGS = 2_000;

/** How soon a change is on disk: a killed process loses no more of the record than this. */
const SAVE_AFTER_MS = 10_000;

const Kept = z.object({
  /** The last run of each shard. */
  runs: z.array(FetcherRun),
  /** Measurements stored in the minute that starts at `minute`, oldest first, without empty minutes. */
  throughput: z.array(z.object({ minute: z.number(), stored: z.number() })),
  /** The newest lags (time stored minus time measured), with the time of storing. */
  lags: z.array(z.tuple([z.number(), z.number()])),
});
type Kept = z.infer<typeof Kept>;

/** What a stack did recently. */
export interface Activity {
  runs: FetcherRun[];
  throughput: { minute: number; stored: number }[];
  /** For measurements of the last hour; `null` if there were none. */
  ingest_lag: { median_ms: number; maximum_ms: number } | null;
}

/** The record of what a running stack does: in memory, and regularly on disk for other processes and later starts. */
export interface ActivityRecord {
  addRun(run: FetcherRun): void;
  addStored(stored: number, lagsMs: readonly number[]): void;
  now(): Activity;
  /** @returns stops it */
  onChange(listener: (change: "run" | "stored") => void): () => void;
  /** Writes what is not on disk yet. */
  close(): Promise<void>;
}

/** @param options.folder the stack's own folder */
export async function openActivityRecord(options: {
  folder: string;
  clock: Clock;
  log: Log;
}): Promise<ActivityRecord> {
  const { folder, clock, log } = options;
  const record = await readKept(folder);
  const listeners = new Set<(change: "run" | "stored") => void>();
  let timer: NodeJS.Timeout | undefined;
  let saving = Promise.resolve();

  function changed(change: "run" | "stored"): void {
    timer ??= setTimeout(save, SAVE_AFTER_MS).unref();
    for (const listener of listeners) listener(change);
  }

  function save(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = `${JSON.stringify(record)}\n`;
    saving = saving
      .then(() => replaceFile(activityFile(folder), text))
      // A full disk costs the record, not the collector.
      .catch((error) => log.warn({ event: "activity_not_written", error }));
  }

  return {
    addRun(run) {
      const isAnother = ({ shard }: FetcherRun) =>
        shard.index !== run.shard.index && shard.total === run.shard.total;
      record.runs = [...record.runs.filter(isAnother), run].sort((a, b) => a.shard.index - b.shard.index);
      changed("run");
    },

    addStored(stored, lagsMs) {
      if (stored === 0) return;
      const now = clock.now();
      addToMinute(record, Math.floor(now / MINUTE_MS) * MINUTE_MS, stored);
      record.lags = [...record.lags, ...lagsMs.map((lag): [number, number] => [now, lag])].slice(-KEPT_LAGS);
      changed("stored");
    },

    now: () => activityOf(record, clock.now()),

    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async close() {
      if (timer !== undefined) save();
      await saving;
    },
  };
}

/** @param folder the stack's own folder */
export function activityFile(folder: string): string {
  return join(folder, "activity.json");
}

/** What a stack had done when its record was last written; empty if there is no record. */
export async function readActivity(folder: string, now: number): Promise<Activity> {
  return activityOf(await readKept(folder), now);
}

function addToMinute(record: Kept, minute: number, stored: number): void {
  const last = record.throughput.at(-1);
  if (last?.minute === minute) last.stored += stored;
  else record.throughput.push({ minute, stored });
  const oldest = minute - KEPT_MINUTES * MINUTE_MS;
  while ((record.throughput[0]?.minute ?? minute) <= oldest) record.throughput.shift();
}

function activityOf({ runs, throughput, lags }: Kept, now: number): Activity {
  const lately = lags.filter(([at]) => at > now - LAG_WINDOW_MS).map(([, lag]) => lag);
  lately.sort((a, b) => a - b);
  const [median_ms, maximum_ms] = [lately[Math.floor(lately.length / 2)], lately.at(-1)];
  return {
    runs: [...runs],
    throughput: throughput.filter(({ minute }) => minute > now - KEPT_MINUTES * MINUTE_MS),
    ingest_lag: median_ms === undefined || maximum_ms === undefined ? null : { median_ms, maximum_ms },
  };
}

/** An unreadable record counts as empty: it is only there to be looked at. */
async function readKept(folder: string): Promise<Kept> {
  try {
    return Kept.parse(JSON.parse(await readFile(activityFile(folder), "utf8")));
  } catch {
    return { runs: [], throughput: [], lags: [] };
  }
}
