import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineList } from "./list.ts";
import { defineRemove } from "./remove.ts";
import { defineSet } from "./set.ts";

/** `energylive keys …` */
export function defineKeys(program: CommandUnknownOpts): void {
  const keys = documented(
    program.command("keys").description("the keys of the energyLIVE API; a key is never shown"),
    {
      examples: [
        ["keys list", "names and dates"],
        ["keys set mother", "asks for the key, hidden"],
      ],
    },
  );
  defineSet(keys);
  defineList(keys);
  defineRemove(keys);
}
