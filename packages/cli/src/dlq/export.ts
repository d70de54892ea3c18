import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type DeadLetter, letterJson } from "@energylive/core/queue/dead-letter";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { writeResultFile } from "../terminal/file.ts";
import { LETTER_JSON, messages, select, withLetters } from "./letters.ts";
import { onQueue, queueOption } from "./queue.ts";

/** `energylive dlq export` */
export function defineExport(dlq: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      dlq
        .command("export")
        .description("write every message to a file, one JSON object per line")
        .addOption(queueOption())
        .argument("<file>", "the file; - is standard output")
        .option("--reason <reason>", "only messages with this reason (none: without a reason)"),
    ),
    {
      examples: [["dlq export letters.ndjson", "before a purge"]],
      json: `{ file, messages }; each line of the file is ${LETTER_JSON}`,
    },
  ).action((file, options) =>
    run(options, (context) => exportLetters(onQueue(context, options), file, options)),
  );
}

async function exportLetters(
  context: Context,
  path: string,
  options: { reason?: string | undefined },
): Promise<void> {
  const { letters } = await withLetters(context, (all) => select(all, options));
  if (path === "-") return context.output.write(lines(letters));
  await writeLetters(path, letters);
  await context.output.result(
    { file: path, messages: letters.length },
    `${messages(letters.length)} written to ${path}; they are still in the dead-letter queue.`,
  );
}

/** Never overwrites a file: it may be the only copy of an earlier export. */
export async function writeLetters(path: string, letters: readonly DeadLetter[]): Promise<void> {
  await writeResultFile(path, lines(letters), { overwrite: false });
}

function lines(letters: readonly DeadLetter[]): string {
  return letters.map((letter) => `${JSON.stringify(letterJson(letter))}\n`).join("");
}
