/** The command was typed wrongly: exit code 2. The message says what to type instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command could not do what it was asked: exit code 1. The message says what to do next. */
export class FailedError extends Error {
  override readonly name = "FailedError";
}

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_WRONG_USAGE = 2;
