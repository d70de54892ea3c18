import { dirname, resolve } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addressOf } from "@energylive/api/access/access";
import { createLog } from "@energylive/core/log";
import { ensureAssets } from "@energylive/web/build";

import { type Context, documented, run, withCommonOptions } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { logDestination } from "../terminal/log.ts";
import {
  certificateNote,
  checkNetwork,
  type NetworkFlags,
  readNetwork,
  withNetworkOptions,
} from "./network.ts";
import { DEFAULT_DASHBOARD_PORT, openDashboard, parsePort } from "./open.ts";
import { keptToken } from "./token.ts";

/** No device has this id. Asking for it costs half a read unit. */
const NO_DEVICE = "-";

/** `energylive dashboard` */
export function defineDashboard(program: CommandUnknownOpts): void {
  const command = program
    .command("dashboard")
    .description("serve the dashboard on this machine, until Ctrl-C: energy, devices, pipeline")
    .option("--port <number>", "its port (default: 8321, or a free one if that is taken)");
  documented(withCommonOptions(withNetworkOptions(command)), {
    examples: [
      ["dashboard", "of the running or last embedded stack"],
      ["dashboard --stage production", "of a deployed stage, with your own AWS credentials"],
      ["dashboard --host 0.0.0.0 --password-file password.txt", "for the phones of the home network"],
    ],
    json: "{ url }, once; url lets a browser in",
    notes: [
      "npm start serves it too; while it does, this prints that address again, unless --port or --host asks for another. It listens on loopback only, unless --host says otherwise. Anyone with the token in its address gets in, so do not share the address. While it serves the data of a stopped stack it locks the folder: stop it before npm start.",
      "For a deployed stage it needs cloudwatch:GetMetricData and logs:FilterLogEvents, besides read access to tables and queues. Without them the pipeline page says what it cannot show. Nothing is read while no page is open.",
    ],
  }).action((options) => run(options, (context) => serveDashboard(context, options)));
}

/** Serves the dashboard of the stage until Ctrl-C. */
async function serveDashboard(
  { open, output, untilStopped }: Context,
  flags: NetworkFlags & { port?: string | undefined },
): Promise<void> {
  const port = parsePort(flags.port);
  checkNetwork(flags);
  const stage = await open();
  // Fails here without credentials or without the stage, instead of showing an empty page.
  await (await openRegistry(stage)).find(NO_DEVICE);
  const dataFolder = stage.folder === undefined ? undefined : dirname(resolve(stage.folder));
  const token = dataFolder === undefined ? undefined : await keptToken(dataFolder);
  const { dashboardOrigin } = stage;
  const wantsAnother = port !== undefined || flags.host !== undefined;
  if (!wantsAnother && dashboardOrigin !== undefined && token !== undefined) {
    const url = addressOf(dashboardOrigin, token);
    return output.result({ url }, `The dashboard that npm start serves for ${stage.label}:\n\n  ${url}\n`);
  }
  const network = await readNetwork(flags, dataFolder);
  const dashboard = await openDashboard(stage, {
    token,
    network,
    port,
    // One line per failed request; the page shows the error too.
    log: createLog({ level: "warn", destination: logDestination() }),
    assets: ensureAssets,
  });
  try {
    if (dashboard.isElsewhere) output.note(`Port ${DEFAULT_DASHBOARD_PORT} is taken; using another.`);
    await output.result({ url: dashboard.url }, `The dashboard of ${stage.label}:\n\n  ${dashboard.url}\n`);
    if (network?.fingerprint !== undefined) output.note(certificateNote(network.fingerprint));
    output.note("Ctrl-C stops.");
    await stopped(untilStopped());
  } finally {
    await dashboard.close();
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
