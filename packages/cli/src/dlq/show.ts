import { adviceFor } from "@energylive/core/queue/advice";
import { letterJson } from "@energylive/core/queue/dead-letter";
import { localTime } from "@energylive/local/terminal/measurement-table";

import type { Context } from "../command.ts";
import { FailedError } from "../errors.ts";
import { fields } from "../terminal/table.ts";
import { matching, withLetters } from "./letters.ts";

/** Body, attributes, what failed and how to mend it. */
export async function showLetter(context: Context, id: string): Promise<void> {
  const found = await withLetters(context, (letters) => matching(letters, { id }));
  const [letter] = found;
  if (letter === undefined)
    throw new FailedError(
      `there is no message ${id} in the dead-letter queue\nenergylive dlq list --all shows the ids`,
    );
  if (found.length > 1)
    throw new FailedError(`${found.length} messages begin with ${id}: give more of the id`);
  const { meaning, advice } = adviceFor(letter.reason);
  const text = fields([
    ["message", letter.messageId],
    ["what failed", `${letter.reason}: ${meaning}`],
    ...(letter.detail === undefined ? [] : [["detail", letter.detail] as const]),
    ["how to mend", advice],
    ["seen", localTime(letter.seenAt)],
    ["received", `${letter.receiveCount} times`],
    ...Object.entries(letter.attributes).map(
      ([name, { StringValue = "(binary)" }]) => [name, StringValue] as const,
    ),
    ["body", letter.body],
  ]);
  await context.output.result({ ...letterJson(letter), advice }, text);
}
