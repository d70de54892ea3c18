interface Details {
  /** What to do next. */
  advice?: string;
  cause?: unknown;
}

/** An error with a message that says what is wrong, and advice that says what to do. */
export abstract class ExplainedError extends Error {
  readonly advice: string | undefined;

  constructor(message: string, { advice, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.advice = advice;
  }
}

/** Wrong usage: exit code 2. */
export class UsageError extends ExplainedError {
  override readonly name = "UsageError";
}

/** The command failed: exit code 1. */
export class FailedError extends ExplainedError {
  override readonly name = "FailedError";
}

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_WRONG_USAGE = 2;
