import { relative } from "node:path";

import { systemClock } from "@energylive/core/clock";
import { describeError } from "@energylive/core/log";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { DEFAULT_DASHBOARD_PORT } from "@energylive/local/options";
import type { Running, StartedCompanion } from "@energylive/local/start";

import { ensureAssets } from "./assets.ts";
import { embeddedPipeline } from "./server/pipeline/embedded.ts";
import { startDashboard } from "./server/server.ts";

/**
 * Serves the dashboard of a stack that runs in this process.
 *
 * @param port this one and no other; without it the default, or a free one when that is taken
 */
export async function serveBesideStack(
  { stack, folder, log }: Running,
  port: number | undefined,
): Promise<StartedCompanion> {
  const { names, endpoints, dynamodb, sqs, activity } = stack;
  const { queueUrl, dlqUrl } = endpoints;
  // Built by the time that someone opens the address; who comes earlier waits for the same build.
  const built = ensureAssets();
  built.catch((error) => log.warn({ event: "dashboard_not_built", error: describeError(error) }));
  const dashboard = await startDashboard({
    label: `the embedded stack in ${relative(process.cwd(), folder) || "."}`,
    stage: EMBEDDED_STAGE,
    kind: "embedded",
    names,
    dynamodb,
    // One process: what its SQS does not have, no other server has.
    queues: async () => ({ sqs, queueUrl, dlqUrl, waitSeconds: 0 }),
    pipeline: embeddedPipeline({
      activity: activity.now,
      onActivity: activity.onChange,
      sqs: async () => endpoints.sqs,
      queue: names.measurementQueue,
      now: systemClock.now,
      isRunning: true,
    }),
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
