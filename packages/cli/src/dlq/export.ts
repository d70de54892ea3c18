import { type DeadLetter, letterJson } from "@energylive/core/queue/dead-letter";

import type { Context } from "../command.ts";
import { writeResultFile } from "../terminal/file.ts";
import { messages, select, withLetters } from "./letters.ts";

export async function exportLetters(
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

/** Never over a file that is there: it may be the only copy of an earlier export. */
export async function writeLetters(path: string, letters: readonly DeadLetter[]): Promise<void> {
  await writeResultFile(path, lines(letters), { overwrite: false });
}

function lines(letters: readonly DeadLetter[]): string {
  return letters.map((letter) => `${JSON.stringify(letterJson(letter))}\n`).join("");
}
