import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented, run, withCommonOptions } from "../command.ts";

/** `energylive doctor` */
export function addDoctorCommand(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("doctor")
        .description("look at everything that can be wrong, and say what to do about it"),
    ),
    {
      examples: [
        ["doctor", "the embedded stack"],
        ["doctor --stage production", "a deployed stage"],
      ],
      json: "`{ target, healthy, checks: [{ name, status, detail, advice? }] }`; `status` is `ok`, `wrong` or `note`, which is nothing that is wrong",
      notes: [
        "Looks at credentials, region, tables, queues, functions, the last run, the API, each key, each device's item, the clock, the dead-letter queue and the age of the data. Exits 1 when anything is wrong.",
      ],
    },
  ).action((options) =>
    run(options, async (context) => (await import("../doctor/doctor.ts")).examine(context)),
  );
}
