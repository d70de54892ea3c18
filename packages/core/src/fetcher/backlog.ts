import type { Selection } from "./fresh.ts";

/**
 * Bytes of answers that wait for SQS. Beyond it no request to the API begins until some are accepted. A healthy run has a
 * hundredth of it; and with as much as all requests in flight may still bring, it fits in the memory of the function
 * (docs/security.md).
 */
const MAX_BYTES = 16 * 1024 * 1024;

/** What one measurement takes, as measured. */
const MEASUREMENT_BYTES = 250;

/** UTF-16. */
const BYTES_PER_CHARACTER = 2;

/** The memory that a run holds because SQS has not accepted it yet. */
export class Backlog {
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** @returns call it when SQS has accepted or refused all of it */
  add({ fresh, rejected }: Pick<Selection, "fresh" | "rejected">): () => void {
    const characters = rejected.reduce((sum, { raw }) => sum + raw.length, 0);
    const bytes = fresh.length * MEASUREMENT_BYTES + characters * BYTES_PER_CHARACTER;
    this.#bytes += bytes;
    return () => {
      this.#bytes -= bytes;
      if (this.#isFull) return;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const proceed of waiting) proceed();
    };
  }

  /** Resolves when there is room for another answer. */
  async room(): Promise<void> {
    while (this.#isFull) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  get #isFull(): boolean {
    return this.#bytes > MAX_BYTES;
  }
}
