import type { Log } from "@energylive/core/log";

export interface Scheduler {
  /** Epoch milliseconds of the next run. */
  readonly nextAt: number;
  /** Lets the current run finish and starts no other. */
  stop(): Promise<void>;
}

/**
 * Runs `run` at once and then every `intervalMs`, one at a time: a run that takes longer than the interval delays the next
 * one.
 */
export function startScheduler(options: {
  intervalMs: number;
  run: () => Promise<void>;
  /** What a failed run is called in the log. */
  failedEvent: string;
  log: Log;
}): Scheduler {
  const { intervalMs, run, failedEvent, log } = options;
  let nextAt = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();
  let stopped = false;

  function fire(): void {
    nextAt = Math.max(nextAt + intervalMs, Date.now());
    current = run()
      .catch((error) => log.error({ event: failedEvent, error }))
      .then(() => {
        if (!stopped) timer = setTimeout(fire, Math.max(0, nextAt - Date.now()));
      });
  }

  fire();
  return {
    get nextAt() {
      return nextAt;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
