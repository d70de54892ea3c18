import { EnergyLiveApiError } from "@energylive/core/energylive/errors";
import { failureOf } from "@energylive/core/failure";
import { BackupError } from "@energylive/local/backup/read";
import { DataFolderError } from "@energylive/local/services/data-folder";
import { en } from "@energylive/web/i18n/shared/en";
import { textOf } from "@energylive/web/i18n/shared/texts";

import { ExplainedError } from "./errors.ts";

/** An error as shown to a person. Never includes a stack trace. */
export interface Explanation {
  message: string;
  advice?: string;
}

/** Says what is wrong and what to do about it. */
export function explain(error: unknown): Explanation {
  if (error instanceof ExplainedError) {
    const { message, advice } = error;
    return advice === undefined ? { message } : { message, advice };
  }
  // The message of a lasting failure says what to do.
  if (error instanceof EnergyLiveApiError)
    return error.retryable
      ? { message: error.message, advice: en.failureAdvice.timeout }
      : { message: error.message };
  // Ctrl-C at a prompt of @inquirer/prompts.
  if (error instanceof Error && error.name === "ExitPromptError")
    return { message: "stopped: nothing was changed" };
  if (error instanceof DataFolderError || error instanceof BackupError) return { message: error.message };
  const failure = failureOf(error);
  return {
    message: "said" in failure ? failure.said : textOf(en.failures, failure),
    advice:
      failure.code === "unexpected"
        ? "Run the same command with --debug to see where it happened."
        : en.failureAdvice[failure.code],
  };
}
