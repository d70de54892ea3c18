import { systemClock } from "@energylive/core/clock";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import type { Log } from "@energylive/core/log";
import { startScheduler } from "@energylive/local/pipeline/scheduler";
import type { Stack } from "@energylive/local/stack";
import { createLogUpdate } from "log-update";
import { shortPath } from "../terminal/path.ts";
import { type ScreenState, type ShownLine, screen, shownLine } from "./screen.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import type { Source } from "./source.ts";

/** How often a terminal is redrawn. */
const REDRAW_MS = 1_000;

/** After a snapshot this many times as long passes before the next: with many devices, looking must not slow polling. */
const SNAPSHOT_PAUSE = 10;

/** Width for an output that is not a terminal. */
const PLAIN_COLUMNS = 200;

export interface LiveOptions {
  stack: Stack;
  source: Source;
  folder: string;
  logFile: string | undefined;
  /** What runs beside the stack. */
  lines: readonly ShownLine[];
  intervalSeconds: number;
  warnings: readonly string[];
  output: NodeJS.WriteStream;
  log: Log;
  /** Ends the run; what is in flight is finished first. */
  signal: AbortSignal;
}

/**
 * Polls on the schedule and shows what arrives, until `signal`: drawn in place on a terminal, printed after each run
 * elsewhere.
 *
 * @throws the reason if the stack cannot go on
 */
export async function runLive(options: LiveOptions): Promise<void> {
  const { stack, output, log } = options;
  const failing = new AbortController();
  stack.failed.catch(() => failing.abort());
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const view = output.isTTY ? createLogUpdate(output, { showCursor: true }) : undefined;
  // Drawn on a terminal time and again, printed once elsewhere.
  if (view === undefined) for (const line of options.lines) output.write(`${shownLine(line)}\n`);
  let snapshot: Snapshot | undefined;
  let nextSnapshotAt = 0;
  let lastRun: { at: number; result: FetcherResult } | undefined;
  const scheduler = startScheduler({
    intervalMs: options.intervalSeconds * 1000,
    log,
    async run() {
      const result = await stack.poll({});
      lastRun = { at: Date.now(), result };
      if (view === undefined) await draw();
    },
  });

  async function draw(): Promise<void> {
    const state: ScreenState = {
      source: options.source.label,
      lines: view === undefined ? [] : options.lines,
      folder: shortPath(options.folder),
      logFile: options.logFile === undefined ? undefined : shortPath(options.logFile),
      endpoints: stack.endpoints,
      tables: stack.names,
      intervalSeconds: options.intervalSeconds,
      stored: stack.totals.stored,
      lastRun,
      nextAt: scheduler.nextAt,
      warnings: options.warnings,
    };
    if (snapshot === undefined || Date.now() >= nextSnapshotAt || view === undefined) {
      const startedAt = Date.now();
      snapshot = await takeSnapshot(stack, snapshot);
      nextSnapshotAt = Date.now() + SNAPSHOT_PAUSE * (Date.now() - startedAt);
    }
    const text = screen(state, snapshot, Date.now(), output.columns ?? PLAIN_COLUMNS);
    if (view === undefined) output.write(`${text}\n\n`);
    else view(`${text}\n\nCtrl-C stops.`);
  }

  while (!signal.aborted) {
    if (view !== undefined) await draw().catch((error) => log.warn({ event: "draw_failed", error }));
    await systemClock.sleep(REDRAW_MS, signal);
  }
  view?.done();
  output.write("Stopping: finishing what is in flight …\n");
  await scheduler.stop();
  if (failing.signal.aborted) await stack.failed;
}
