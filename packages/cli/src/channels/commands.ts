import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineList } from "./list.ts";
import { defineRemove } from "./remove.ts";
import { defineSet } from "./set.ts";

/** `energylive channels …` */
export function defineChannels(program: CommandUnknownOpts): void {
  const channels = documented(
    program
      .command("channels")
      .description("where people are told of alerts and get reports; a secret is never shown"),
    {
      examples: [
        ["channels set phone webhook form=ntfy", "asks for the address, hidden"],
        ["alerts test phone", "whether it works"],
      ],
    },
  );
  defineSet(channels);
  defineList(channels);
  defineRemove(channels);
}
