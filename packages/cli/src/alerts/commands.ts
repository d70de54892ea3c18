import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineList } from "./list.ts";
import { defineRules } from "./rules.ts";
import { defineTell } from "./tell.ts";

/** `energylive alerts …` */
export function defineAlerts(program: CommandUnknownOpts): void {
  const alerts = documented(
    program.command("alerts").description("what devices are watched for, and what was noticed"),
    {
      examples: [
        ["alerts list", "what is wrong now"],
        ["alerts add I-10082023-01658401 power_above watts=5000 minutes=15", "watch drawn power"],
      ],
    },
  );
  defineList(alerts);
  defineRules(alerts);
  defineTell(alerts);
}
