import type { Clock } from "@energylive/core/clock";
import { LRUCache } from "lru-cache";

/** The page asks for all series of a device at once, and one read brings them all. */
const SAME_MOMENT_MS = 500;

/** More than one page asks for at once. */
const MOST = 50;

/** A read whose result is shared by all who ask for the same within a moment. */
export function sharedReads<Result>(
  clock: Clock,
): (key: string, read: () => Promise<Result>) => Promise<Result> {
  const reads = new LRUCache<string, { startedAt: number; result: Promise<Result> }>({ max: MOST });
  return (key, read) => {
    const now = clock.now();
    const running = reads.get(key);
    if (running !== undefined && now - running.startedAt <= SAME_MOMENT_MS) return running.result;
    const result = read();
    reads.set(key, { startedAt: now, result });
    return result;
  };
}
