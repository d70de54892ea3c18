/** `energylive`: what an operator does every day, on the embedded stack and on AWS alike. */
import { CommanderError } from "@commander-js/extra-typings";
import { explain } from "@energylive/core/explain";

import { EXIT_DONE, EXIT_FAILED, EXIT_WRONG_USAGE, UsageError } from "./errors.ts";
import { createProgram } from "./program.ts";

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? EXIT_DONE : EXIT_FAILED);
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCode(error);
  // Commander has said what it has to say.
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`${explain(error)}\n`);
    if (error instanceof UsageError) process.stderr.write("energylive --help shows how it is used\n");
  }
  if (process.argv.includes("--debug") && error instanceof Error && !(error instanceof CommanderError))
    process.stderr.write(`${error.stack}\n`);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_WRONG_USAGE;
  return error instanceof UsageError ? EXIT_WRONG_USAGE : EXIT_FAILED;
}
