import { relative } from "node:path";

import { systemClock } from "@energylive/core/clock";
import { describeError } from "@energylive/core/log";
import { ensureAssets } from "@energylive/web/build";
import { DEFAULT_DASHBOARD_PORT } from "./options.ts";
import { startStackDashboard } from "./stack-dashboard.ts";
import type { Running, StartedCompanion } from "./start.ts";

/**
 * Serves the dashboard beside a stack that was just started, and says where.
 *
 * @param port this one and no other; without it the default, or a free one when that is taken
 */
export async function serveBesideStack(
  { stack, folder, log }: Running,
  port: number | undefined,
): Promise<StartedCompanion> {
  // Built by the time that someone opens the address; who comes earlier waits for the same build.
  const built = ensureAssets();
  built.catch((error) => log.warn({ event: "dashboard_not_built", error: describeError(error) }));
  const dashboard = await startStackDashboard(stack, {
    folder: relative(process.cwd(), folder) || ".",
    clock: systemClock,
    log,
    assets: () => built.catch(ensureAssets),
    port: port ?? DEFAULT_DASHBOARD_PORT,
    orFreePort: port === undefined,
  });
  const taken =
    port === undefined && dashboard.port !== DEFAULT_DASHBOARD_PORT
      ? ` (port ${DEFAULT_DASHBOARD_PORT} is taken)`
      : "";
  return { lines: [{ name: "Dashboard", text: `${dashboard.url}${taken}` }], close: dashboard.close };
}
