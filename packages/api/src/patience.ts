import type { Clock } from "@energylive/core/clock";

/** Waits for `result` for at most `ms`, then resolves to undefined while `result` continues. Its errors pass through. */
export async function withPatience<T>(clock: Clock, ms: number, result: Promise<T>): Promise<T | undefined> {
  const ended = new AbortController();
  try {
    return await Promise.race([result, clock.sleep(ms, ended.signal).then(() => undefined)]);
  } finally {
    ended.abort();
  }
}
