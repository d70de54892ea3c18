/**
 * Full jitter: a random wait between zero and an exponentially growing cap, so clients that failed together do not retry
 * together. Source: AWS Architecture Blog, "Exponential Backoff and Jitter".
 *
 * @param attempt how many attempts have failed so far, from 1
 * @returns milliseconds
 */
export function fullJitterMs(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  return Math.floor(random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}
