import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { DeadLetter } from "@energylive/core/queue/dead-letter";
import type { DeadLetterQueue } from "@energylive/core/queue/dead-letter-queue";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { EXIT_FAILED, UsageError } from "../errors.ts";
import { writeLetters } from "./export.ts";
import { checkFilter, messages, select, withLetters } from "./letters.ts";
import { onQueue, queueOption } from "./queue.ts";

/** How many messages are deleted before checking for Ctrl-C. */
const CHUNK = 100;

interface PurgeOptions {
  reason?: string | undefined;
  export?: string | undefined;
  yes?: true | undefined;
}

/** `energylive dlq purge` */
export function definePurge(dlq: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      dlq
        .command("purge")
        .description("delete messages for good, after asking")
        .addOption(queueOption())
        .option("--reason <reason>", "only messages with this reason (none: without a reason)")
        .option("--export <file>", "write them to this file first")
        .option("--yes", "do not ask; required without a terminal"),
    ),
    {
      examples: [
        ["dlq purge --reason invalid_json", "asks, and offers to export first"],
        ["dlq purge --export letters.ndjson --yes", "for scripts"],
      ],
      json: "{ purged, exported_to }",
      notes: ["Deletes exactly the messages that were counted, and none that arrived later."],
    },
  ).action((options) => run(options, (context) => purge(onQueue(context, options), options)));
}

/**
 * Deletes messages for good, after asking. Deletes only those that were read: SQS's own purge would also delete what
 * arrives while the person is deciding.
 */
export async function purge(context: Context, options: PurgeOptions): Promise<number> {
  const { output } = context;
  checkFilter({ reason: options.reason });
  if (options.yes !== true && !output.isInteractive)
    throw new UsageError("purge deletes for good: without a terminal it needs --yes", {
      advice: "--export FILE keeps a copy of the deleted messages",
    });
  const { label } = await context.open();
  return withLetters(context, async (all, dlq, signal) => {
    const { letters, noneText } = await select(all, options);
    const nothing = async (text: string) => {
      await output.result({ purged: 0, exported_to: null }, text);
      return 0;
    };
    if (letters.length === 0) return nothing(`${noneText}: nothing was deleted.`);
    const answer =
      options.yes === true ? { go: true, file: options.export } : await ask(letters, label, options);
    if (!answer.go) return nothing("Nothing was deleted.");
    if (answer.file !== undefined) await writeLetters(answer.file, letters);
    const purged = await removeAll(letters, dlq, signal);
    const kept = answer.file === undefined ? "" : ` A copy is in ${answer.file}.`;
    const stopped =
      purged < letters.length ? ` Stopped: ${messages(letters.length - purged)} are still there.` : "";
    await output.result(
      { purged, exported_to: answer.file ?? null },
      `${messages(purged)} deleted.${kept}${stopped}`,
    );
    return purged === letters.length ? 0 : EXIT_FAILED;
  });
}

async function removeAll(
  letters: readonly DeadLetter[],
  dlq: DeadLetterQueue,
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  while (removed < letters.length && !signal.aborted) {
    const chunk = letters.slice(removed, removed + CHUNK);
    await dlq.remove(chunk);
    removed += chunk.length;
  }
  return removed;
}

async function ask(letters: readonly DeadLetter[], label: string, options: PurgeOptions) {
  const { input, select: choose } = await import("@inquirer/prompts");
  const choice = await choose({
    message: `Delete ${messages(letters.length)} of ${label} for good?`,
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
