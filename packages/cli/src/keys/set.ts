import { text } from "node:stream/consumers";

import { ApiKey, KeyUnavailableError } from "@energylive/core/keys/api-key";

import type { Context } from "../command.ts";
import { UsageError } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";
import { keyName, refuseDefault } from "./name.ts";

export async function setKey({ open, output }: Context, given: string): Promise<void> {
  const name = keyName(given);
  const stage = await open();
  const keys = await stage.keys();
  refuseDefault(name, keys);
  await keys.vault.set(keyOf(name, await readValue(name)));
  await output.result(
    { name, set: true },
    `The key "${name}" is set. The fetcher uses it within five minutes; ${commandFor(stage, "doctor")} says whether the API accepts it.`,
  );
}

/** Hidden on a terminal, from standard input elsewhere. */
async function readValue(name: string): Promise<string> {
  if (process.stdin.isTTY !== true) return text(process.stdin);
  const { password } = await import("@inquirer/prompts");
  // Asked on standard error, so that standard output holds the result alone.
  return password({ message: `The key "${name}"` }, { output: process.stderr });
}

function keyOf(name: string, value: string): ApiKey {
  try {
    return new ApiKey(name, value);
  } catch (error) {
    if (error instanceof KeyUnavailableError)
      throw new UsageError(`${error.message}, at the prompt or on standard input, as the portal shows it`);
    throw error;
  }
}
