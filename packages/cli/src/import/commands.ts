import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineImportFile, defineImportTable } from "./measurements.ts";
import { defineImportProfile } from "./profile.ts";

/** `energylive import …` */
export function defineImport(program: CommandUnknownOpts): void {
  const group = documented(
    program
      .command("import")
      .description("bring the past along: from another collector, or from your grid operator"),
    {
      examples: [
        ["import table EnergyLiveData --dry-run", "the table of the Python collector"],
        ["import profile lastprofil.csv --device home", "the quarter-hours of your grid operator"],
      ],
    },
  );
  defineImportTable(group);
  defineImportFile(group);
  defineImportProfile(group);
}
