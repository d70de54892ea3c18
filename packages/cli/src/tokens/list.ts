import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { commandFor } from "../stage/stage.ts";
import { localTime } from "../terminal/measurement-table.ts";
import { table } from "../terminal/table.ts";

/** `energylive tokens list` */
export function defineList(tokens: CommandUnknownOpts): void {
  documented(
    withCommonOptions(tokens.command("list").description("the tokens by name; never a token itself")),
    {
      examples: [["tokens list", "a table"]],
      json: "an array of { name, scope, created_at }, or { name, problem }",
    },
  ).action((options) => run(options, list));
}

async function list({ open, output }: Context): Promise<void> {
  const stage = await open();
  const found = await (await stage.tokens()).list();
  await output.result(
    found.map(({ name, token, problem }) =>
      token === undefined ? { name, problem } : { name, scope: token.scope, created_at: token.created_at },
    ),
    found.length === 0
      ? `There are no tokens. ${commandFor(stage, "tokens add NAME")} makes one.`
      : table(
          [{ title: "name" }, { title: "may" }, { title: "since" }],
          found.map(({ name, token, problem }) =>
            token === undefined
              ? [name, `cannot be used: ${problem}`, ""]
              : [name, token.scope, localTime(Date.parse(token.created_at))],
          ),
        ),
  );
}
