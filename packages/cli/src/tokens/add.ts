import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { newAccessToken, TOKEN_SCOPES, TokenName, type TokenScope } from "@energylive/core/access/token";
import { describeProblems } from "@energylive/core/problems";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { FailedError, UsageError } from "../errors.ts";
import { commandFor } from "../stage/stage.ts";

/** `energylive tokens add` */
export function defineAdd(tokens: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      tokens
        .command("add")
        .description("make a token for a program, and show it this once")
        .argument("<name>", "of the program, to find it again")
        .addOption(
          new Option("--scope <scope>", "read: look at everything; control: also poll and edit devices")
            .choices(TOKEN_SCOPES)
            .default("read" as const),
        ),
    ),
    {
      examples: [
        ["tokens add grafana", "for a program that reads"],
        ["tokens add home-assistant --scope control", "for one that also changes"],
      ],
      json: "{ name, scope, token }",
      notes: ["Only its hash is kept, so it cannot be shown again. docs/api.md says how a program uses it."],
    },
  ).action((name, options) => run(options, (context) => add(context, name, options.scope)));
}

async function add({ open, output }: Context, name: string, scope: TokenScope): Promise<void> {
  const parsed = TokenName.safeParse(name);
  if (!parsed.success) throw new UsageError(`"${name}" ${describeProblems(parsed.error).join("; ")}`);
  const stage = await open();
  const tokens = await stage.tokens();
  if ((await tokens.list()).some((token) => token.name === name))
    throw new FailedError(`there is a token "${name}" already`, {
      advice: `${commandFor(stage, `tokens revoke ${name}`)} ends it; then add it again`,
    });
  const { token, record } = newAccessToken(scope, Date.now());
  await tokens.set(name, record);
  await output.result(
    { name, scope, token },
    `The token "${name}" (${scope}), shown only now:\n\n  ${token}\n\nA program sends it as: Authorization: Bearer ${token.slice(0, 8)}…`,
  );
}
