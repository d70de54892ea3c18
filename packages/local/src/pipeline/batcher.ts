/** Collects entries into batches. A batch runs when it is full, or when its first entry has waited for the window. */
export class Batcher<Entry, Result> {
  readonly #size: number;
  readonly #windowMs: number;
  readonly #run: (entries: Entry[]) => Promise<Result[]>;
  #gathering: { entry: Entry; done: (result: Result) => void; failed: (error: unknown) => void }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #hurried = false;

  constructor(options: { size: number; windowMs: number; run: (entries: Entry[]) => Promise<Result[]> }) {
    this.#size = options.size;
    this.#windowMs = options.windowMs;
    this.#run = options.run;
  }

  /** Resolves with the entry's part of its batch's results. */
  add(entry: Entry): Promise<Result> {
    return new Promise<Result>((done, failed) => {
      this.#gathering.push({ entry, done, failed });
      if (this.#gathering.length === this.#size) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), this.#hurried ? 0 : this.#windowMs);
    });
  }

  /** From now on batches run without waiting. */
  hurry(): void {
    this.#hurried = true;
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#gathering;
    this.#gathering = [];
    if (batch.length === 0) return;
    this.#run(batch.map(({ entry }) => entry)).then(
      (results) => {
        batch.forEach(({ done, failed }, index) => {
          const result = results[index];
          if (result === undefined)
            failed(new RangeError("a batch returned fewer results than it has entries"));
          else done(result);
        });
      },
      (error) => {
        for (const { failed } of batch) failed(error);
      },
    );
  }
}
