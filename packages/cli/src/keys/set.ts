import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { ApiKey, KeyUnavailableError } from "@energylive/core/keys/api-key";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { UsageError } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";
import { readSecret } from "../terminal/secret.ts";
import { keyName, refuseDefault } from "./name.ts";

/** `energylive keys set` */
export function defineSet(keys: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      keys
        .command("set")
        .description("add or replace a key: from a hidden prompt, or from standard input")
        .argument("<name>", "the name that devices use in api_key")
        // Commander's own error would print what is probably the key.
        .allowExcessArguments(),
    ),
    {
      examples: [
        ["keys set mother", "asks for the key, hidden"],
        ["keys set mother < key.txt", "from a file"],
      ],
      json: "{ name, set: true }",
      notes: [
        "Keys are never taken from an argument, because the shell's history and process lists would keep them. On AWS the key becomes an SSM SecureString parameter, on the embedded stack an entry of a file that only you can read. The fetcher reads keys again after five minutes.",
      ],
    },
  ).action((name, options, command) =>
    run(options, async (context) => {
      if (command.args.length > 1)
        throw new UsageError(
          "a key cannot be given as an argument: leave it out; the command asks for it or reads standard input",
        );
      await setKey(context, name);
    }),
  );
}

async function setKey({ open, output }: Context, given: string): Promise<void> {
  const name = keyName(given);
  const stage = await open();
  const keys = await stage.keys();
  refuseDefault(name, keys);
  await keys.vault.set(keyOf(name, await readSecret(`The key "${name}"`)));
  await output.result(
    { name, set: true },
    `The key "${name}" is set. The fetcher uses it within five minutes; ${commandFor(stage, "doctor")} says whether the API accepts it.`,
  );
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
