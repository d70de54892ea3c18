import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { writeStackFile } from "@energylive/local/stack-file";

import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { type Ended, ended } from "../support/ended.ts";

export { API_KEY };

export const BIN = fileURLToPath(new URL("../../packages/cli/bin/energylive.js", import.meta.url));

/** Where commands look for stacks that run elsewhere, and where those that tests start announce themselves. */
const NO_STACKS = join(tmpdir(), "energylive-no-stacks");
const STARTED_STACKS = join(tmpdir(), "energylive-started-stacks");

/** The public price APIs are not asked by a test that collects with a key. */
const WITHOUT_PRICES = { ENERGYLIVE_PRICE_SOURCE: "none" };

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  stdin?: string;
}

/** Runs the command as a shell does, without this machine's own environment. */
export function startCli(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd ?? tmpdir(),
    // Other tests start stacks meanwhile; a command would tell of them.
    env: {
      PATH,
      HOME,
      XDG_STATE_HOME: args[0] === "start" ? STARTED_STACKS : NO_STACKS,
      AWS_EC2_METADATA_DISABLED: "true",
      ...WITHOUT_PRICES,
      ...options.env,
    },
    stdio: "pipe",
  });
}

export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = startCli(args, options);
  child.stdin?.end(options.stdin ?? "");
  return ended(child);
}

/** A running collector that the command finds, as if `npm start` with a key had started it. */
export interface CliStack extends AsyncDisposable {
  collector: Collector;
  data: string;
  /** Every text that the commands wrote, to search for keys. */
  written: string[];
  run(...args: string[]): Promise<Ended>;
  runWith(options: RunOptions, ...args: string[]): Promise<Ended>;
  start(...args: string[]): ChildProcess;
  json(...args: string[]): Promise<ReturnType<typeof JSON.parse>>;
}

/** A collector with one device, which is named Home. */
export interface HomeStack extends CliStack {
  home: string;
}

export async function startHomeStack(): Promise<HomeStack> {
  const stack = await startCliStack();
  const [home = ""] = stack.collector.ids;
  await stack.collector.put({ device_id: home, name: "Home" });
  return { ...stack, home };
}

export async function startCliStack(devices = 1, variables: Record<string, string> = {}): Promise<CliStack> {
  const data = await mkdtemp(join(tmpdir(), "energylive-cli-"));
  const collector = await startCollector({ devices, variables, folder: join(data, "account") });
  await writeStackFile(data, { pid: process.pid, kind: "account", ...collector.stack.endpoints });
  const written: string[] = [];
  const env = { ENERGYLIVE_API_KEY: API_KEY };
  const runWith = async (options: RunOptions, ...args: string[]) => {
    const result = await cli([...args, "--data", data], { ...options, env: { ...env, ...options.env } });
    written.push(result.stdout, result.stderr);
    return result;
  };
  const run = (...args: string[]) => runWith({}, ...args);
  return {
    collector,
    data,
    written,
    run,
    runWith,
    start: (...args) => startCli([...args, "--data", data], { env }),
    async json(...args) {
      const { code, stdout, stderr } = await run(...args, "--json");
      if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async [Symbol.asyncDispose]() {
      await collector[Symbol.asyncDispose]();
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Sends bodies to a queue, ten at a time. */
export async function sendAll(
  { stack }: Collector,
  queueUrl: string,
  messages: readonly { body: string; attributes?: Record<string, string> }[],
): Promise<void> {
  for (let start = 0; start < messages.length; start += 10) {
    await stack.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.slice(start, start + 10).map(({ body, attributes = {} }, index) => ({
          Id: String(index),
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: "String", StringValue },
            ]),
          ),
        })),
      }),
    );
  }
}
