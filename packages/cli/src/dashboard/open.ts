import { type Dashboard, type NetworkAccess, startDashboard } from "@energylive/api/server";
import { type Clock, systemClock } from "@energylive/core/clock";
import type { Log } from "@energylive/core/log";

import { openAccountApi, openApi } from "../stage/api.ts";
import type { Stage } from "../stage/stage.ts";
import { numberOf } from "../terminal/number.ts";

/** The same every time, if it is free, so bookmarks work. */
export const DEFAULT_DASHBOARD_PORT = 8321;

const MAX_PORT = 65_535;

export interface OpenedDashboard extends Dashboard {
  /** The default port was taken, so another one is used. */
  isElsewhere: boolean;
}

/**
 * Serves the dashboard of a stage.
 *
 * @param options.port only this port; without it the default, or a free one if that is taken
 * @param options.token lets a browser in; a new one by default
 * @param options.network how other machines get in; by default they do not
 * @param options.assets returns the folder of the built page
 * @throws {PortInUseError}
 */
export async function openDashboard(
  stage: Stage,
  options: {
    port: number | undefined;
    log: Log;
    assets: () => Promise<string>;
    token?: string | undefined;
    network?: NetworkAccess | undefined;
    /** Ends simulated households, and goes on with the account's devices. */
    useOwnKey?: (() => void) | undefined;
    clock?: Clock;
  },
): Promise<OpenedDashboard> {
  const { port, log, assets, token, network, useOwnKey, clock = systemClock } = options;
  const dashboard = await startDashboard({
    folder: stage.folder,
    stage: stage.name,
    kind: stage.kind,
    isRunning: stage.isRunning,
    isSimulated: stage.isSimulated,
    names: stage.names,
    dynamodb: await stage.dynamodb(),
    queues: stage.queues,
    pipeline: await stage.pipeline(),
    account: {
      keys: stage.keys,
      api: () => openApi(stage),
      ownApi: () => openAccountApi(stage),
      poll: (device_ids) => stage.poll({ device_ids }),
      useOwnKey,
    },
    tokens: async () => (await stage.tokens()).list(),
    retentionDays: stage.retentionDays,
    clock,
    log,
    assets,
    network,
    ...(token === undefined ? {} : { token }),
    port: port ?? DEFAULT_DASHBOARD_PORT,
    orFreePort: port === undefined,
  });
  return { ...dashboard, isElsewhere: port === undefined && dashboard.port !== DEFAULT_DASHBOARD_PORT };
}

/** @throws {UsageError} */
export function parsePort(text: string | undefined): number | undefined {
  return text === undefined ? undefined : numberOf("--port", text, 1, MAX_PORT);
}
