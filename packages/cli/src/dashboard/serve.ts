import { createLog } from "@energylive/core/log";
import { ensureAssets } from "@energylive/web/build";

import type { Context } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { logDestination } from "../terminal/log.ts";
import { DEFAULT_DASHBOARD_PORT, openDashboard, parsePort } from "./open.ts";

/** No device has this id. Asking for it costs half a read unit. */
const NO_DEVICE = "-";

/** Serves the dashboard of the stage until Ctrl-C. */
export async function serveDashboard(
  { open, output, untilStopped }: Context,
  portText?: string,
): Promise<void> {
  const port = parsePort(portText);
  const stage = await open();
  // Fails here without credentials or without the stage, instead of showing an empty page.
  await (await openRegistry(stage)).find(NO_DEVICE);
  const dashboard = await openDashboard(stage, {
    port,
    // One line per failed request; the page shows what it says too.
    log: createLog({ level: "warn", destination: logDestination() }),
    assets: ensureAssets,
  });
  try {
    if (dashboard.isElsewhere) output.note(`Port ${DEFAULT_DASHBOARD_PORT} is taken; this is another.`);
    await output.result({ url: dashboard.url }, `The dashboard of ${stage.label}:\n\n  ${dashboard.url}\n`);
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
