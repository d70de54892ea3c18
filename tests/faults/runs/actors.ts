import type { Chance } from "./chance.ts";
import { type Role, startWorker, type Worker } from "./worker.ts";
import type { World } from "./world.ts";

/** How wrong a process's clock may be: minutes, as on a machine whose time service has stopped. */
const MAX_SKEW_MS = 10 * 60_000;

/** A handler whose process is killed again and again, and replaced. */
export class Actor {
  kills = 0;
  readonly #role: Role;
  readonly #world: World;
  readonly #chance: Chance;
  #worker: Promise<Worker>;

  constructor(role: Role, world: World, chance: Chance) {
    this.#role = role;
    this.#world = world;
    this.#chance = chance;
    this.#worker = this.#start();
  }

  #start(): Promise<Worker> {
    const { environment, journal } = this.#world;
    const skewMs = Math.round(this.#chance.between(-MAX_SKEW_MS, MAX_SKEW_MS));
    return startWorker({
      role: this.#role,
      environment,
      skewMs,
      onLine: (line) => journal.line(line, skewMs),
    });
  }

  /** Kills the process at whatever it is doing, and starts another one. */
  async kill(): Promise<void> {
    this.kills += 1;
    const killed = this.#worker;
    this.#worker = killed.then(async (worker) => {
      await worker.kill();
      return this.#start();
    });
    await this.#worker;
  }

  async ready(): Promise<void> {
    await this.#worker;
  }

  async stop(): Promise<void> {
    await (await this.#worker).stop();
  }

  /** Invokes the handler; the journal gets the time from beginning to end, and whether it was finished. */
  async invoke(event: unknown): Promise<unknown> {
    const worker = await this.#worker;
    const startedAt = Date.now();
    const write = (isFinished: boolean) =>
      this.#world.journal.runs.push({ startedAt, endedAt: Date.now(), isFinished });
    try {
      const result = await worker.invoke(event);
      write(true);
      return result;
    } catch {
      // Killed, or a run that failed as a whole: the table of devices could not be read.
      write(false);
      return undefined;
    }
  }
}
