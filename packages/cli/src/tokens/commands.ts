import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineAdd } from "./add.ts";
import { defineList } from "./list.ts";
import { defineRevoke } from "./revoke.ts";

/** `energylive tokens …` */
export function defineTokens(program: CommandUnknownOpts): void {
  const tokens = documented(
    program
      .command("tokens")
      .description("what lets programs into the dashboard's API and metrics, instead of a browser's cookie"),
    {
      examples: [
        ["tokens add grafana", "shows the token, once"],
        ["tokens revoke grafana", "it is refused from then on"],
      ],
    },
  );
  defineAdd(tokens);
  defineList(tokens);
  defineRevoke(tokens);
}
