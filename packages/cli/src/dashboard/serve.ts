import { relative } from "node:path";

import type { PipelineSource } from "@energylive/api/pipeline/source";
import { startDashboard } from "@energylive/api/server";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { readActivity } from "@energylive/local/activity";
import { ensureAssets } from "@energylive/web/build";
import type { Context } from "../command.ts";
import { openRegistry } from "../devices/registry.ts";
import { UsageError } from "../errors.ts";
import { embeddedPipeline } from "../stage/embedded-pipeline.ts";
import type { Target } from "../stage/stage.ts";
import { DEFAULT_DASHBOARD_PORT } from "../start/options.ts";

const MAX_PORT = 65_535;

/** No device is called so: asking for it costs half a read unit. */
const NO_DEVICE = "-";

/** Serves the dashboard of the target until Ctrl-C. */
export async function serveDashboard(
  { open, output, untilStopped }: Context,
  portText?: string,
): Promise<void> {
  const port = portText === undefined ? undefined : parsePort(portText);
  const target = await open();
  // Without credentials or without the stage it ends here, and not on a page that shows nothing.
  await (await openRegistry(target)).find(NO_DEVICE);
  const pipeline = await openPipeline(target);
  const dashboard = await startDashboard({
    folder: target.folder === undefined ? undefined : relative(process.cwd(), target.folder) || ".",
    stage: target.stage,
    kind: target.kind,
    names: target.names,
    dynamodb: await target.dynamodb(),
    queues: () => target.queues(),
    pipeline: pipeline.source,
    clock: systemClock,
    // One line a failed request; what it says is on the page too.
    log: createLog({ level: "warn", destination: process.stderr }),
    assets: ensureAssets,
    port: port ?? DEFAULT_DASHBOARD_PORT,
    orFreePort: port === undefined,
  });
  try {
    if (port === undefined && dashboard.port !== DEFAULT_DASHBOARD_PORT)
      output.note(`Port ${DEFAULT_DASHBOARD_PORT} is taken; this is another.`);
    await output.result({ url: dashboard.url }, `The dashboard of ${target.label}:\n\n  ${dashboard.url}\n`);
    output.note("Ctrl-C stops.");
    await stopped(untilStopped());
  } finally {
    await dashboard.close();
    pipeline.close();
  }
}

/** @throws {UsageError} */
function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= MAX_PORT) return port;
  throw new UsageError(`--port takes a number from 1 to ${MAX_PORT}, not "${text}"`);
}

async function openPipeline(target: Target): Promise<{ source: PipelineSource; close(): void }> {
  const { folder, names, stage } = target;
  const { now } = systemClock;
  if (folder === undefined) {
    // CloudWatch's clients, which an embedded stack needs none of.
    const { openDeployedPipeline } = await import("@energylive/api/pipeline/deployed");
    return openDeployedPipeline({ stage, names, now });
  }
  const source = embeddedPipeline({
    activity: () => readActivity(folder, now()),
    sqs: async () => new URL((await target.queues()).queueUrl).origin,
    queue: names.measurementQueue,
    now,
    isRunning: target.isRunning,
  });
  return { source, close() {} };
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
