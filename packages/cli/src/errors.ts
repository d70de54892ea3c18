import { ExplainedError } from "@energylive/core/explain";

/** The command was typed wrongly: exit code 2. */
export class UsageError extends ExplainedError {
  override readonly name = "UsageError";
}

/** The command could not do what it was asked: exit code 1. */
export class FailedError extends ExplainedError {
  override readonly name = "FailedError";
}

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_WRONG_USAGE = 2;
