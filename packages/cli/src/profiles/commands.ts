import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented } from "../command.ts";
import { defineCheck } from "./check.ts";
import { defineRebuild } from "./rebuild.ts";

/** `energylive profiles …` */
export function defineProfiles(program: CommandUnknownOpts): void {
  const profiles = documented(
    program
      .command("profiles")
      .description("the load profiles: energy per quarter-hour, computed from the raw measurements"),
    {
      examples: [
        ["profiles check", "whether they are what the raw measurements say"],
        ["profiles rebuild", "compute them again"],
      ],
    },
  );
  defineCheck(profiles);
  defineRebuild(profiles);
}
