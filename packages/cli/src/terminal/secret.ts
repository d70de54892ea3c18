import { text } from "node:stream/consumers";

/** A secret from a hidden prompt on a terminal, otherwise from standard input. */
export async function readSecret(message: string): Promise<string> {
  if (process.stdin.isTTY !== true) return text(process.stdin);
  const { password } = await import("@inquirer/prompts");
  // On standard error, so standard output contains only the result.
  return password({ message }, { output: process.stderr });
}
