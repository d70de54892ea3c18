/** `energylive`: what an operator does every day, on the embedded stack and on AWS. */
import { CommanderError } from "@commander-js/extra-typings";

import { commandPath } from "./command-tree.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USAGE, UsageError } from "./errors.ts";
import { type Explanation, explain } from "./explain.ts";
import { createProgram, withoutValues } from "./program.ts";
import { wrappedLines } from "./terminal/wrap.ts";

// A reader that has seen enough (`| head`) closes the pipe; that is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT_DONE : EXIT_FAILED);
});
process.stderr.on("error", () => {});

const isJson = process.argv.includes("--json");
const isDebug = process.argv.includes("--debug");

const program = createProgram({ silent: isJson });

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCode(error);
  if (isJson) tellProgram(error);
  else tellPerson(error);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_WRONG_USAGE;
  return error instanceof UsageError ? EXIT_WRONG_USAGE : EXIT_FAILED;
}

function tellPerson(error: unknown): void {
  const { message, advice } = explained(error);
  if (error instanceof CommanderError) {
    // Commander has already reported the error, or shown the requested help.
    if (error.code.startsWith("commander.help") || process.exitCode === EXIT_DONE) return;
    process.stderr.write(`${advice}\n`);
    return;
  }
  process.stderr.write(
    `${wrappedLines([message, advice].filter((text) => text !== undefined).join("\n"))}\n`,
  );
  if (isDebug) process.stderr.write(`${stacks(error)}\n`);
}

function tellProgram(error: unknown): void {
  if (process.exitCode === EXIT_DONE) return;
  const stack = isDebug ? { stack: stacks(error) } : {};
  const told = { error: { ...explained(error), exit_code: process.exitCode, ...stack } };
  process.stderr.write(`${JSON.stringify(told)}\n`);
}

function explained(error: unknown): Explanation {
  const usage = `${["energylive", ...commandPath(program, process.argv.slice(2))].join(" ")} --help shows how it is used`;
  if (error instanceof CommanderError)
    return { message: withoutValues(error.message.replace(/^error: /, "")), advice: usage };
  const explanation = explain(error);
  return error instanceof UsageError ? { advice: usage, ...explanation } : explanation;
}

/** The stacks of an error and its causes. */
function stacks(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stacks(error.cause)}`;
}
