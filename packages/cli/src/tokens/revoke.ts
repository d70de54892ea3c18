import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError } from "../errors.ts";

/** `energylive tokens revoke` */
export function defineRevoke(tokens: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      tokens
        .command("revoke")
        .description("let a program in no more; a dashboard that runs knows within half a minute")
        .argument("<name>", "of the token"),
    ),
    { examples: [["tokens revoke grafana", "its token is refused"]], json: "{ name, revoked: true }" },
  ).action((name, options) => run(options, (context) => revoke(context, name)));
}

async function revoke({ open, output }: Context, name: string): Promise<void> {
  const tokens = await (await open()).tokens();
  if (!(await tokens.remove(name)))
    throw new FailedError(`there is no token "${name}": energylive tokens list shows them`);
  await output.result({ name, revoked: true }, `The token "${name}" is revoked.`);
}
