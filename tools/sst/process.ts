import { fork } from "node:child_process";
import { rm } from "node:fs/promises";

import * as z from "zod";

/** The app could not be evaluated. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}

const Failure = z.object({ failure: z.object({ name: z.string(), message: z.string() }) });

/**
 * Runs a bundle in a process of its own and answers the one message that it sends. A process of its own, because the
 * components read the environment, change the working directory and keep state in modules.
 *
 * @throws {EvaluationError} for a failure that it sent, or when it ended without a message
 */
export async function runForked(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  try {
    const message = await firstMessage(file, variables);
    const failed = Failure.safeParse(message);
    if (failed.success) throw new EvaluationError(failed.data.failure.message);
    return message;
  } finally {
    await rm(file, { force: true });
  }
}

function firstMessage(
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(file, {
      // Neither credentials nor settings of the person who runs this.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
      execArgv: ["--no-warnings"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += String(chunk);
    });
    child.on("message", (message) => {
      resolve(message);
      child.kill();
    });
    child.on("error", reject);
    child.on("close", () => reject(new EvaluationError(uncaught(stderr))));
  });
}

/** The message of the error that ended a Node process, out of what it printed. */
function uncaught(stderr: string): string {
  return /^\w*Error: (.+)$/m.exec(stderr)?.[1] ?? `the evaluation ended without a result:\n${stderr.trim()}`;
}
