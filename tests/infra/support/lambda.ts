import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BUNDLE, HANDLERS } from "../../../stacks/bundle.ts";
import { type Bundle, bundleHandler } from "../../../tools/bundle.ts";
import { ROOT } from "../../../tools/sst/platform.ts";

/** A Lambda function as far as a bundle can tell: a bare Node.js process in a folder with the bundle and nothing else. */
export interface LambdaProcess extends AsyncDisposable {
  bundle: Bundle;
  /** Invokes the handler, with as much time as Lambda would give it. */
  invoke(event: unknown, remainingMs?: number): Promise<unknown>;
  /** Everything written to standard output and standard error. */
  output(): string;
  /** What the last invocation took. */
  usage(): Usage;
}

interface Usage {
  cpuMs: number;
  /** Resident set size after it, and the largest so far, in bytes. */
  residentBytes: number;
  maxResidentBytes: number;
}

const DEFAULT_REMAINING_MS = 60_000;

/** What the process runs: it imports the bundle and answers events from the IPC channel. */
const RUNTIME = `
  const { handler } = await import(process.cwd() + "/bundle.cjs");
  process.on("message", async ({ event, remainingMs }) => {
    const endsAt = Date.now() + remainingMs;
    const before = process.cpuUsage();
    try {
      const result = await handler(event, { getRemainingTimeInMillis: () => endsAt - Date.now() });
      const { user, system } = process.cpuUsage(before);
      const residentBytes = process.memoryUsage().rss;
      const maxResidentBytes = process.resourceUsage().maxRSS * 1024;
      process.send({ result, usage: { cpuMs: (user + system) / 1000, residentBytes, maxResidentBytes } });
    } catch (error) {
      process.send({ error: String(error?.stack ?? error) });
    }
  });
  process.send("ready");
`;

/** @param environment all that the process gets: as Lambda sets it, with the stage's variables */
export async function startLambda(
  name: keyof typeof HANDLERS,
  environment: Readonly<Record<string, string>>,
): Promise<LambdaProcess> {
  const build = await mkdtemp(join(tmpdir(), "energylive-build-"));
  const folder = await mkdtemp(join(tmpdir(), "energylive-lambda-"));
  const bundle = await bundleHandler(HANDLERS[name], { root: ROOT, directory: build, arguments: BUNDLE });
  await copyFile(bundle.file, join(folder, "bundle.cjs"));
  const child = spawn(process.execPath, ["--input-type=module", "--eval", RUNTIME], {
    cwd: folder,
    env: environment,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  let usage: Usage = { cpuMs: 0, residentBytes: 0, maxResidentBytes: 0 };
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
  if ((await nextMessage(child, () => output)) !== "ready")
    throw new Error(`the ${name} did not start:\n${output}`);

  return {
    bundle,
    async invoke(event, remainingMs = DEFAULT_REMAINING_MS) {
      child.send({ event, remainingMs });
      const answer = await nextMessage(child, () => output);
      if (!isAnswer(answer)) throw new Error(`the ${name} failed: ${JSON.stringify(answer)}\n${output}`);
      usage = answer.usage;
      return answer.result;
    },
    output: () => output,
    usage: () => usage,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill();
        await once(child, "exit");
      }
      await rm(build, { recursive: true });
      await rm(folder, { recursive: true });
    },
  };
}

function nextMessage(child: ChildProcess, output: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`the process ended:\n${output()}`));
    child.once("close", ended);
    child.once("message", (message) => {
      child.off("close", ended);
      resolve(message);
    });
  });
}

function isAnswer(message: unknown): message is { result: unknown; usage: Usage } {
  return typeof message === "object" && message !== null && "usage" in message;
}
