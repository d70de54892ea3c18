import type { Clock } from "@energylive/core/clock";

interface Timer {
  at: number;
  wake: () => void;
}

/**
 * A clock in which a day takes seconds. Time stands still while anything works (a request over HTTP, a handler that
 * computes) and jumps to the next timer when all of them wait.
 */
export class SimulatedClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  #working = 0;
  #onIdle: (() => void) | undefined;

  constructor(startsAt: number) {
    this.#now = startsAt;
  }

  now = (): number => this.#now;

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer: Timer = { at: this.#now + ms, wake: resolve };
      this.#timers.push(timer);
      const abort = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        resolve();
      };
      signal?.addEventListener("abort", abort, { once: true });
    });

  /** Holds the time for as long as `work` takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#working += 1;
    try {
      return await work();
    } finally {
      this.#working -= 1;
      if (this.#working === 0) this.#onIdle?.();
    }
  }

  /** Holds the time for every request of an AWS client, its retries included. */
  watch<Client extends { send(command: never): Promise<unknown> }>(client: Client): Client {
    const send = client.send.bind(client);
    return Object.assign(client, { send: (command: never) => this.during(() => send(command)) });
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await this.#idle();
      const next = this.#timers.reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined || next.at > until) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = until;
  }

  /** Lets time pass until `promise` is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.#idle();
    while (!isSettled) await this.pass(1_000);
    return promise;
  }

  async #idle(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 2; quietTurns += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#working === 0) continue;
      quietTurns = -1;
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
  }
}
