import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";
import { keyName, refuseDefault } from "./name.ts";
import { devicesByKey } from "./usage.ts";

/** How many devices the error names; above that, only their number is given. */
const NAMED_DEVICES = 5;

/** `energylive keys remove` */
export function defineRemove(keys: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      keys
        .command("remove")
        .description("delete a key; refused while a device uses it")
        .argument("<name>", "the key"),
    ),
    { examples: [["keys remove mother", "after its devices are removed"]], json: "{ name, removed: true }" },
  ).action((name, options) => run(options, (context) => removeKey(context, name)));
}

async function removeKey({ open, output }: Context, text: string): Promise<void> {
  const name = keyName(text);
  const stage = await open();
  const keys = await stage.keys();
  refuseDefault(name, keys);
  const users = (await devicesByKey(stage)).get(name) ?? [];
  if (users.length > 0) throw inUse(name, users);
  if (!(await keys.vault.remove(name)))
    throw new FailedError(`key "${name}" not found: energylive keys list shows the keys`);
  await output.result({ name, removed: true }, `The key "${name}" is removed.`);
}

function inUse(name: string, users: readonly string[]): FailedError {
  const more = users.length > NAMED_DEVICES ? ` and ${users.length - NAMED_DEVICES} more` : "";
  return new FailedError(
    `the key "${name}" was not removed: ${users.slice(0, NAMED_DEVICES).join(", ")}${more} would lose it`,
    { advice: "give them another key first: energylive devices set ID api_key=NAME" },
  );
}
