import type { DeadLetter } from "@energylive/core/queue/dead-letter";

import type { Context } from "../command.ts";
import { UsageError } from "../errors.ts";
import { writeLetters } from "./export.ts";
import { matching, messages, withLetters } from "./letters.ts";

export interface PurgeOptions {
  reason?: string | undefined;
  export?: string | undefined;
  yes?: true | undefined;
}

/**
 * Deletes messages for good, after asking. Deletes those that were read and no others: SQS's own purge would take along
 * what arrives while the person still thinks.
 */
export async function purge(context: Context, options: PurgeOptions): Promise<void> {
  const { output } = context;
  if (options.yes !== true && !output.isInteractive)
    throw new UsageError(
      "purge deletes for good: without a terminal it needs --yes (--export FILE keeps a copy of what is deleted)",
    );
  await withLetters(context, async (all, dlq) => {
    const letters = await matching(all, options);
    if (letters.length === 0)
      return output.result({ purged: 0, exported_to: null }, "No message matches: nothing was deleted.");
    const answer = options.yes === true ? { go: true, file: options.export } : await ask(letters, options);
    if (!answer.go) return output.result({ purged: 0, exported_to: null }, "Nothing was deleted.");
    if (answer.file !== undefined) await writeLetters(answer.file, letters);
    await dlq.remove(letters);
    const kept = answer.file === undefined ? "" : ` A copy is in ${answer.file}.`;
    return output.result(
      { purged: letters.length, exported_to: answer.file ?? null },
      `${messages(letters.length)} deleted.${kept}`,
    );
  });
}

async function ask(letters: readonly DeadLetter[], options: PurgeOptions) {
  const { input, select } = await import("@inquirer/prompts");
  const choice = await select({
    message: `Delete ${messages(letters.length)} for good?`,
    choices: [
      ...(options.export === undefined ? [{ name: "Export them to a file first", value: "export" }] : []),
      { name: "Delete", value: "delete" },
      { name: "Keep them", value: "keep" },
    ],
  });
  if (choice === "keep") return { go: false, file: undefined };
  if (choice === "delete") return { go: true, file: options.export };
  const file = await input({
    message: "File",
    default: `dlq-${new Date().toISOString().slice(0, 10)}.ndjson`,
  });
  return { go: true, file };
}
