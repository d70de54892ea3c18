import { writeFile } from "node:fs/promises";

import { type DeadLetter, letterJson } from "@energylive/core/queue/dead-letter";

import type { Context } from "../command.ts";
import { FailedError } from "../errors.ts";
import { matching, messages, withLetters } from "./letters.ts";

export async function exportLetters(
  context: Context,
  path: string,
  options: { reason?: string | undefined },
): Promise<void> {
  const letters = await withLetters(context, (all) => matching(all, options));
  if (path === "-") return context.output.write(lines(letters));
  await writeLetters(path, letters);
  await context.output.result(
    { file: path, messages: letters.length },
    `${messages(letters.length)} written to ${path}; they are still in the dead-letter queue.`,
  );
}

/** @throws {FailedError} when the file cannot be written */
export async function writeLetters(path: string, letters: readonly DeadLetter[]): Promise<void> {
  try {
    // Never over a file that is there: it may be the only copy of an earlier export.
    await writeFile(path, lines(letters), { flag: "wx" });
  } catch (cause) {
    const isThere = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new FailedError(
      isThere
        ? `${path} is there already: name another file`
        : `${path} cannot be written: does its folder exist?`,
      { cause },
    );
  }
}

function lines(letters: readonly DeadLetter[]): string {
  return letters.map((letter) => `${JSON.stringify(letterJson(letter))}\n`).join("");
}
