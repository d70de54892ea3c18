/** The collector on one machine, with one command. */
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { describeError, type Log, type LogLevel } from "@energylive/core/log";
import { LoggingEnvironment, logLevel, parseEnvironment } from "@energylive/core/settings/environment";
import { type Stack, startStack } from "@energylive/local/stack";
import { type StackFile, writeStackFile } from "@energylive/local/stack-file";
import { addDevices } from "./discovery.ts";
import { runLive } from "./live.ts";
import { createLogging } from "./logging.ts";
import { pollOnce, writeJson, writeTable } from "./once.ts";
import { HELP, parseOptions, type StartOptions, UsageError } from "./options.ts";
import type { ShownLine } from "./screen.ts";
import { openSource } from "./source.ts";

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_WRONG_USAGE = 2;

/** One Ctrl-C reaches this process twice under npm: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 1_000;

/** What runs beside the stack and is shown with it: started after it, ended before it. */
export type Companion = (running: Running) => Promise<StartedCompanion>;

export interface Running {
  stack: Stack;
  /** The stack's own. */
  folder: string;
  options: StartOptions;
  log: Log;
}

export interface StartedCompanion {
  /** For the person at the terminal, and for no log. */
  lines: readonly ShownLine[];
  close(): Promise<void>;
}

/**
 * `npm start`: reads the command line and the environment, runs the collector until it is stopped, and sets the exit
 * code.
 */
export async function start({ companions }: { companions: readonly Companion[] }): Promise<void> {
  try {
    loadDotEnv();
    process.exitCode = await run(companions);
  } catch (error) {
    const { message } = describeError(error);
    process.stderr.write(`${message}\n`);
    if (process.env.DEBUG === "true" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = error instanceof UsageError ? EXIT_WRONG_USAGE : EXIT_FAILED;
    if (error instanceof UsageError) process.stderr.write("npm start -- --help lists the options\n");
  }
}

async function run(companions: readonly Companion[]): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(HELP);
    return EXIT_DONE;
  }
  // Simulated households and an account's own devices never share a folder.
  const folder = join(resolve(options.dataFolder), options.source.kind);
  await mkdir(folder, { recursive: true });
  const showsScreen = !options.once && process.stdout.isTTY;
  const logFile = showsScreen ? join(folder, "energylive.log") : undefined;
  const { log, warnings } = createLogging({ level: levelFor(options), file: logFile });
  const stopping = stopOnSignal(log, options);

  // Ends in reverse order what was started.
  await using started = new AsyncDisposableStack();
  const source = await openSource(options.source);
  started.defer(() => source.close());
  const stack = await startStack({
    folder,
    fresh: options.fresh,
    api: source.api,
    log,
    variables: process.env,
  });
  started.defer(() => stack.stop());
  await writeStackFile(resolve(options.dataFolder), stackFile(stack, options));
  await addDevices(stack, source, log);
  if (options.once) return await once(stack, options);
  const lines: ShownLine[] = [];
  for (const startCompanion of companions) {
    const companion = await startCompanion({ stack, folder, options, log });
    started.defer(() => companion.close());
    lines.push(...companion.lines);
  }
  await runLive({
    stack,
    source,
    folder,
    logFile,
    lines,
    intervalSeconds: options.intervalSeconds,
    warnings,
    output: process.stdout,
    log,
    signal: stopping,
  });
  return EXIT_DONE;
}

async function once(stack: Stack, options: StartOptions): Promise<number> {
  const report = await pollOnce(stack);
  const write = (text: string) => void process.stdout.write(text);
  await (options.json ? writeJson : writeTable)(stack, report, write);
  for (const problem of report.problems) process.stderr.write(`${problem}\n`);
  return report.problems.length === 0 ? EXIT_DONE : EXIT_FAILED;
}

function stackFile(stack: Stack, { source }: StartOptions): StackFile {
  const { kind } = source;
  const simulated = kind === "simulated" ? { simulatedDevices: source.devices } : {};
  return { pid: process.pid, kind, ...stack.endpoints, ...simulated };
}

/** With `--once` and no `--json` a person reads the table, and only problems beside it. */
function levelFor(options: StartOptions): LogLevel {
  const LOG_LEVEL = process.env.LOG_LEVEL || (options.once && !options.json ? "error" : "info");
  return logLevel(parseEnvironment(LoggingEnvironment, { ...process.env, LOG_LEVEL }));
}

function stopOnSignal(log: Log, { once }: StartOptions): AbortSignal {
  const stopping = new AbortController();
  let firstAt = Number.POSITIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // `--once`, or a second Ctrl-C: a person who does not want to wait. What is queued lies on disk.
      if (once || Date.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT_FAILED);
      if (stopping.signal.aborted) return;
      firstAt = Date.now();
      log.info({ event: "stopping", signal });
      stopping.abort();
    });
  }
  return stopping.signal;
}

function loadDotEnv(): void {
  try {
    process.loadEnvFile(".env");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
