import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineCompare } from "./compare.ts";
import { defineImport } from "./import.ts";
import { defineList, defineShow } from "./list.ts";
import { defineRemove } from "./remove.ts";

/** `energylive tariffs …` */
export function defineTariffs(program: CommandUnknownOpts): void {
  const tariffs = documented(
    program.command("tariffs").description("what a kWh costs and earns, with dates of validity"),
    {
      examples: [
        ["tariffs set home --file home.json", "docs/tariffs.md has examples to begin with"],
        ["tariffs compare I-10082023-01658401 --since 1y", "what each tariff would have cost"],
      ],
    },
  );
  defineList(tariffs);
  defineShow(tariffs);
  defineImport(tariffs);
  defineRemove(tariffs);
  defineCompare(tariffs);
}
