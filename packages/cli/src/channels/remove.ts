import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";

/** `energylive channels remove` */
export function defineRemove(channels: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      channels.command("remove").description("tell nobody there any more").argument("<name>", "the channel"),
    ),
    { examples: [["channels remove phone", "with its secret"]], json: "{ name, removed: true }" },
  ).action((name, options) => run(options, (context) => remove(context, name)));
}

async function remove({ open, output }: Context, name: string): Promise<void> {
  const channels = await (await open()).channels();
  if (!(await channels.remove(name)))
    throw new FailedError(`there is no channel "${name}": energylive channels list shows them`);
  await output.result({ name, removed: true }, `The channel "${name}" is removed.`);
}
