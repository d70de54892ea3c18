import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { DEFAULT_INTERVAL_SECONDS } from "@energylive/core/settings/pipeline";

import { documented, run } from "../command.ts";
import { withNetworkOptions } from "../dashboard/network.ts";
import { DEFAULT_DASHBOARD_PORT } from "../dashboard/open.ts";
import { DEFAULT_SIMULATED_INTERVAL_SECONDS } from "./options.ts";
import { DEFAULT_DEMO_DEVICES } from "./source.ts";

/** `energylive start`, which is what `npm start` runs. It loads the embedded stack only when it runs. */
export function defineStart(program: CommandUnknownOpts): void {
  const command = withNetworkOptions(
    program
      .command("start")
      .description(
        "collect on this machine until Ctrl-C: the deployed handlers between an embedded DynamoDB and SQS",
      )
      .option(
        "--once",
        "poll every device once, wait until all is stored, show it; exit 1 when something failed",
      )
      .option("--devices <number>", `households of the simulated API (default: ${DEFAULT_DEMO_DEVICES})`)
      .option(
        "--interval <seconds>",
        `how often to poll (default: ${DEFAULT_SIMULATED_INTERVAL_SECONDS} simulated, ${DEFAULT_INTERVAL_SECONDS} with your key)`,
      )
      .option("--data <folder>", "the folder of tables and queues", ".energylive")
      .option("--fresh", "begin with an empty folder: deletes what was collected there")
      .option("--simulated", "simulated households, although there is a key")
      .option("--no-past", "give simulated households no past: begin with the first poll")
      .option("--api-url <url>", "another energyLIVE API; needs ENERGYLIVE_API_KEY")
      .option(
        "--port <number>",
        `the dashboard's port (default: ${DEFAULT_DASHBOARD_PORT}, or a free one when that is taken)`,
      )
      .option("--no-dashboard", "leave the dashboard out"),
  );
  documented(
    command
      .option("--json", "with --once: write the result as JSON, logs on standard error")
      .option("--debug", "show stack traces")
      .helpOption("-h, --help", "show this help"),
    {
      examples: [
        ["start", "simulated households, or your devices when ENERGYLIVE_API_KEY is set"],
        ["start --devices 20 --interval 10", "more households, less often"],
        ["start --once --fresh --json", "one poll, as JSON"],
        ["start --host 0.0.0.0 --password-file password.txt", "with the dashboard for the home network"],
      ],
      json: "{ polled, failed, published, unchanged, stored, quarantined, durationMs, endpoints, devices: [{ device_id, measurements }] }",
      notes: [
        "Without a key it polls a simulated energyLIVE API. The key is ENERGYLIVE_API_KEY, in the environment or in a file .env, or the one that keys set default or the dashboard keeps. LOG_LEVEL, POLL_CONCURRENCY and POLL_TIMEOUT_MS: see docs/configuration.md.",
      ],
    },
  ).action((options) =>
    run({ json: options.json, data: options.data, debug: options.debug }, async ({ output }) =>
      (await import("./start.ts")).start(options, output),
    ),
  );
}
