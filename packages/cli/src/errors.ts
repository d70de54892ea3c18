interface Details {
  /** What to do next. */
  advice?: string;
  cause?: unknown;
}

/** An error whose message says what is wrong, and whose advice says what to do about it. */
export abstract class ExplainedError extends Error {
  readonly advice: string | undefined;

  constructor(message: string, { advice, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.advice = advice;
  }
}

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
