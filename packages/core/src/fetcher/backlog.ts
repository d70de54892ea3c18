import type { Selection } from "./fresh.ts";

/**
 * Bytes of answers waiting for SQS. Above this, no request to the API starts until some are accepted. A healthy run uses a
 * hundredth of it. Together with the answers still in flight it fits in the function's memory (docs/security.md).
 */
const MAX_BYTES = 16 * 1024 * 1024;

/** Memory of one measurement, as measured. */
const MEASUREMENT_BYTES = 250;

/** UTF-16. */
const BYTES_PER_CHARACTER = 2;

/** The memory of what SQS has not accepted yet. */
export class Backlog {
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** @returns call this when SQS has accepted or refused all of it */
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

  /** Resolves when there is memory for another answer. */
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
