import type { Clock } from "@energylive/core/clock";

/** Waits for `result`, but no longer than `ms`: then it is undefined, and goes on being made. Its errors pass through. */
export async function withPatience<T>(clock: Clock, ms: number, result: Promise<T>): Promise<T | undefined> {
  const ended = new AbortController();
  try {
    return await Promise.race([result, clock.sleep(ms, ended.signal).then(() => undefined)]);
  } finally {
    ended.abort();
  }
}
