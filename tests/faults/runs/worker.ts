import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const PROCESS = new URL("./worker-process.ts", import.meta.url).pathname;

/** A handler in a process of its own. */
export interface Worker {
  /** Rejects when the handler throws, and when the process ends before it has answered. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the process at once, whatever it is doing. */
  kill(): Promise<void>;
  /** Lets the process finish what it has in hand. */
  stop(): Promise<void>;
  readonly isAlive: boolean;
  /** The most memory that the process had, as of its last answer. */
  readonly peakBytes: number;
}

export type Role = "fetcher" | "consumer" | "profiler";

export interface WorkerOptions {
  role: Role;
  environment: Readonly<Record<string, string>>;
  /** How wrong the process's clock is. */
  skewMs: number;
  /** The most of V8's heap for objects that live; Node's own default when absent. */
  heapMegabytes?: number;
  /** How long an invocation may take; shorter than deployed when absent, so that outages of seconds outlast it. */
  timeoutMs?: number;
  /** Told of every line that the process writes, crash reports included. */
  onLine: (line: string) => void;
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { role, environment, skewMs, onLine } = options;
  const { ENERGYLIVE_API_KEY: _, ...inherited } = process.env;
  const heap = options.heapMegabytes === undefined ? [] : [`--max-old-space-size=${options.heapMegabytes}`];
  const timeout = options.timeoutMs === undefined ? [] : [String(options.timeoutMs)];
  const child = spawn(process.execPath, [...heap, PROCESS, role, String(skewMs), ...timeout], {
    env: { ...inherited, NODE_OPTIONS: "", ...environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines = [child.stdout, child.stderr].flatMap((input) =>
    input === null ? [] : createInterface({ input }).on("line", onLine),
  );
  // Not the event "close": it never comes after `disconnect`.
  const closed = Promise.all([once(child, "exit"), ...lines.map((line) => once(line, "close"))]);
  await answer(child);
  let peakBytes = 0;
  return {
    async invoke(event) {
      const answered = answer(child);
      child.send(event as object);
      const message = await answered;
      if (typeof message === "object" && message !== null && "result" in message) {
        if ("peakBytes" in message) peakBytes = Number(message.peakBytes);
        return message.result;
      }
      throw new Error(`the ${role} failed: ${JSON.stringify(message)}`);
    },
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await closed;
    },
    get peakBytes() {
      return peakBytes;
    },
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
  };
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error("the process ended"));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}
