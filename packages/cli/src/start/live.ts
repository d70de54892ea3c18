import { systemClock } from "@energylive/core/clock";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import type { Log } from "@energylive/core/log";
import {
  ARCHIVE_INTERVAL_SECONDS,
  PRICE_INTERVAL_SECONDS,
  REPORT_INTERVAL_SECONDS,
} from "@energylive/core/settings/pipeline";
import { startScheduler } from "@energylive/local/pipeline/scheduler";
import type { Stack } from "@energylive/local/stack";
import { createLogUpdate } from "log-update";
import { type ScreenState, screen } from "./screen.ts";
import { createSnapshots, type Snapshot } from "./snapshot.ts";
import type { Source } from "./source.ts";

/** How often a terminal is redrawn. */
const REDRAW_MS = 1_000;

/** After a snapshot this many times as long passes before the next: with many devices, looking must not slow polling. */
const SNAPSHOT_PAUSE = 10;

/** Of a terminal that does not tell its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

export interface LiveOptions {
  stack: Stack;
  source: Source;
  /** The dashboard's address. */
  dashboard: string | undefined;
  /** Writes the past of a demo; does nothing where there is none. */
  writePast(onProgress: (share: number) => void): Promise<void>;
  intervalSeconds: number;
  warnings: readonly string[];
  output: NodeJS.WriteStream;
  log: Log;
  /** Ends the run; what is in flight is finished first. */
  signal: AbortSignal;
}

/**
 * Polls on the schedule until `signal`, and shows on a terminal what arrives. Elsewhere it prints the dashboard's address once, and the
 * log tells the rest.
 *
 * @throws the reason if the stack cannot go on
 */
export async function runLive(options: LiveOptions): Promise<void> {
  const { stack, output, log } = options;
  const failing = new AbortController();
  stack.failed.catch(() => failing.abort());
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const view = output.isTTY ? createLogUpdate(output, { showCursor: true }) : undefined;
  if (view === undefined && options.dashboard !== undefined)
    output.write(`The dashboard: ${options.dashboard}\n`);
  const takeSnapshot = createSnapshots(stack);
  let snapshot: Snapshot | undefined;
  let nextSnapshotAt = 0;
  let lastRun: { at: number; result: FetcherResult } | undefined;
  const scheduler = startScheduler({
    intervalMs: options.intervalSeconds * 1000,
    failedEvent: "fetcher_failed",
    log,
    async run() {
      const result = await stack.poll({});
      lastRun = { at: Date.now(), result };
    },
  });

  const prices = startScheduler({
    intervalMs: PRICE_INTERVAL_SECONDS * 1000,
    failedEvent: "prices_failed",
    log,
    async run() {
      await stack.fetchPrices(signal).catch((error) => {
        if (!signal.aborted) throw error;
      });
    },
  });

  const reports = startScheduler({
    intervalMs: REPORT_INTERVAL_SECONDS * 1000,
    failedEvent: "reports_failed",
    log,
    run: async () => void (await stack.sendReports()),
  });

  let past: number | undefined;
  const writing = options
    .writePast((share) => {
      past = share < 1 ? share : undefined;
    })
    .catch((error: unknown) => log.warn({ event: "past_not_written", error }));

  const archive = startScheduler({
    intervalMs: ARCHIVE_INTERVAL_SECONDS * 1000,
    failedEvent: "archive_failed",
    log,
    async run() {
      // Days that are not written yet would count as archived.
      await writing;
      await stack.archive();
    },
  });

  async function draw(show: (text: string) => void): Promise<void> {
    const state: ScreenState = {
      source: options.source.label,
      isSimulated: options.source.kind === "simulated",
      dashboard: options.dashboard,
      past,
      stored: stack.totals.stored,
      lastRun,
      nextAt: scheduler.nextAt,
      warnings: options.warnings,
    };
    const { columns = USUAL_SIZE.columns, rows = USUAL_SIZE.rows } = output;
    if (snapshot === undefined || Date.now() >= nextSnapshotAt) {
      const startedAt = Date.now();
      snapshot = await takeSnapshot(rows);
      nextSnapshotAt = Date.now() + SNAPSHOT_PAUSE * (Date.now() - startedAt);
    }
    // The cursor stands below the last line.
    show(screen(state, snapshot, Date.now(), { columns, rows: rows - 1 }));
  }

  // What was drawn for another size would stay beside what comes.
  output.on("resize", () => {
    view?.clear();
    if (view !== undefined) void draw(view).catch(() => {});
  });
  while (!signal.aborted) {
    if (view !== undefined) await draw(view).catch((error) => log.warn({ event: "draw_failed", error }));
    await systemClock.sleep(REDRAW_MS, signal);
  }
  view?.done();
  output.write("Stopping: finishing what is in flight …\n");
  await Promise.all([scheduler.stop(), prices.stop(), reports.stop(), archive.stop(), writing]);
  if (failing.signal.aborted) await stack.failed;
}
