import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { letterJson } from "@energylive/core/queue/dead-letter";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { UsageError } from "../errors.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { fields } from "../terminal/table.ts";
import { reasonOf } from "../texts.ts";
import { LETTER_JSON, select, withLetters } from "./letters.ts";
import { onQueue, queueOption } from "./queue.ts";

/** `energylive dlq show` */
export function defineShow(dlq: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      dlq
        .command("show")
        .description("one message: its body, its attributes, what failed and how to fix it")
        .addOption(queueOption())
        .argument("<id>", "its message id, or the beginning of it"),
    ),
    {
      examples: [["dlq show 5f1c0a1e", "an id from dlq list --all"]],
      json: `${LETTER_JSON} and advice`,
    },
  ).action((id, options) => run(options, (context) => showLetter(onQueue(context, options), id)));
}

/** Shows what failed, what to do about it, and the whole message. */
async function showLetter(context: Context, id: string): Promise<void> {
  if (id === "") throw new UsageError("the id is empty: energylive dlq list --all shows the ids");
  const { letters } = await withLetters(context, (all) => select(all, { id }));
  const [letter] = letters;
  if (letter === undefined) throw new TypeError("a selection by id has one message");
  const { meaning, advice } = reasonOf(letter.reason);
  const text = fields([
    ["message", letter.messageId],
    ["what failed", `${letter.reason}: ${meaning}`],
    ...(letter.detail === undefined ? [] : [["detail", letter.detail] as const]),
    ["what to do", advice],
    ["seen", localTime(letter.seenAt)],
    ["received", `${letter.receiveCount} times`],
    ...Object.entries(letter.attributes).map(
      ([name, { StringValue = "(binary)" }]) => [name, StringValue] as const,
    ),
    ["body", letter.body],
  ]);
  await context.output.result({ ...letterJson(letter), advice }, text);
}
