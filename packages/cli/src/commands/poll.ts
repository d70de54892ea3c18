import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented, run, withCommonOptions } from "../command.ts";

/** `energylive poll` */
export function addPollCommand(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("poll")
        .description("run the real fetcher for some devices, now, and show its result")
        .argument("[device...]", "the devices, due or not (default: all that are enabled)")
        .option("--dry-run", "only ask the API, and print what would be published"),
    ),
    {
      examples: [
        ["poll", "all devices"],
        ["poll I-10082023-01658401 --dry-run", "what the API has that is new"],
      ],
      json: "the fetcher's result `{ polled, failed, skipped, deferred, published, unchanged, quarantined, failures: [{ device_id, reason }] }`; with --dry-run `[{ device_id, publish: [{ measurement_type, timestamp, value }], unchanged, quarantine: [{ reason, raw, detail }], error? }]`",
      notes: [
        "On the embedded stack the fetcher runs in this process; of a deployed stage the function is invoked. A dry run sends nothing and writes nothing.",
      ],
    },
  ).action((devices, options) =>
    run(options, async (context) =>
      options.dryRun === true
        ? (await import("../polls/dry-run.ts")).dryRun(context, devices)
        : (await import("../polls/poll.ts")).poll(context, devices),
    ),
  );
}
