import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { documented, run, withCommonOptions } from "../command.ts";

/** `energylive dashboard` */
export function addDashboardCommand(program: CommandUnknownOpts): void {
  documented(
    withCommonOptions(
      program
        .command("dashboard")
        .description("serve the dashboard on this machine, until Ctrl-C: energy, devices, pipeline")
        .option("--port <number>", "its port (default: 8321, or a free one when that is taken)"),
    ),
    {
      examples: [
        ["dashboard", "of the running or last embedded stack"],
        ["dashboard --stage production", "of a deployed stage, with your own AWS credentials"],
      ],
      json: "`{ url }`, once; `url` lets a browser in",
      notes: [
        "npm start serves it too. It listens on loopback alone, and the token in its address lets in whoever has it: give it to nobody. While it serves the data of a stopped stack it holds the folder, so stop it before npm start.",
        "For a stage it needs, besides reading tables and queues, cloudwatch:GetMetricData and logs:FilterLogEvents; without them the pipeline page says what it cannot tell. Nothing is read while no page is open.",
      ],
    },
  ).action((options) =>
    run(options, async (context) =>
      (await import("../dashboard/serve.ts")).serveDashboard(context, options.port),
    ),
  );
}
