import { type Dashboard, startDashboard } from "@energylive/api/server";
import { type Clock, systemClock } from "@energylive/core/clock";
import type { Log } from "@energylive/core/log";

import type { Stage } from "../stage/stage.ts";
import { numberOf } from "../terminal/number.ts";

/** Always the same where it is free, so that a bookmark works. */
export const DEFAULT_DASHBOARD_PORT = 8321;

const MAX_PORT = 65_535;

export interface OpenedDashboard extends Dashboard {
  /** The default port was taken, and this is a free one. */
  isElsewhere: boolean;
}

/**
 * Serves the dashboard of a stage.
 *
 * @param options.port this port and no other; without it the default, or a free one when that is taken
 * @param options.assets answers the folder of the built page
 * @throws {PortInUseError}
 */
export async function openDashboard(
  stage: Stage,
  options: { port: number | undefined; log: Log; assets: () => Promise<string>; clock?: Clock },
): Promise<OpenedDashboard> {
  const { port, log, assets, clock = systemClock } = options;
  const dashboard = await startDashboard({
    folder: stage.folder,
    stage: stage.name,
    kind: stage.kind,
    names: stage.names,
    dynamodb: await stage.dynamodb(),
    queues: stage.queues,
    pipeline: await stage.pipeline(),
    clock,
    log,
    assets,
    port: port ?? DEFAULT_DASHBOARD_PORT,
    orFreePort: port === undefined,
  });
  return { ...dashboard, isElsewhere: port === undefined && dashboard.port !== DEFAULT_DASHBOARD_PORT };
}

/** @throws {UsageError} */
export function parsePort(text: string | undefined): number | undefined {
  return text === undefined ? undefined : numberOf("--port", text, 1, MAX_PORT);
}
