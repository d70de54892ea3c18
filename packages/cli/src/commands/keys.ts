import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { documented, run, withCommonOptions } from "../command.ts";
import { UsageError } from "../errors.ts";

/** `energylive keys …` */
export function addKeysCommand(program: CommandUnknownOpts): void {
  const keys = documented(
    program.command("keys").description("the named keys of the energyLIVE API; a key is never shown"),
    {
      examples: [
        ["keys list", "names and dates"],
        ["keys set mother", "asks for the key, hidden"],
      ],
    },
  );

  documented(
    withCommonOptions(
      keys
        .command("set")
        .description("add a key or replace it: from a hidden prompt, or from standard input")
        .argument("<name>", "what devices call it in api_key")
        // Commander's own refusal would print what is probably the key.
        .allowExcessArguments(),
    ),
    {
      examples: [
        ["keys set mother", "asks for the key, hidden"],
        ["keys set mother < key.txt", "from a file"],
      ],
      json: "`{ name, set: true }`",
      notes: [
        "Never from an argument, which the shell's history and every process list would keep. On AWS it becomes an SSM SecureString parameter, on the embedded stack an entry of a file that only you can read. The fetcher reads keys anew every five minutes.",
      ],
    },
  ).action((name, options, command) =>
    run(options, async (context) => {
      if (command.args.length > 1)
        throw new UsageError(
          "a key is never given as an argument: leave it out, and it is asked for, or read from standard input",
        );
      await (await import("../keys/set.ts")).setKey(context, name);
    }),
  );

  documented(
    withCommonOptions(keys.command("list").description("names and dates, and how many devices use each")),
    {
      examples: [["keys list", "a table"]],
      json: "`[{ name, set_at, devices }]`; `devices` counts those that name the key",
    },
  ).action((options) => run(options, async (context) => (await import("../keys/list.ts")).listKeys(context)));

  documented(
    withCommonOptions(
      keys
        .command("remove")
        .description("delete a key; refused while a device uses it")
        .argument("<name>", "the key"),
    ),
    { examples: [["keys remove mother", "after its devices are gone"]], json: "`{ name, removed: true }`" },
  ).action((name, options) =>
    run(options, async (context) => (await import("../keys/remove.ts")).removeKey(context, name)),
  );
}
