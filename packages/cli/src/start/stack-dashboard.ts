import { type Dashboard, type DashboardOptions, startDashboard } from "@energylive/api/server";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import type { Stack } from "@energylive/local/stack";
import { embeddedPipeline } from "../stage/embedded-pipeline.ts";

/**
 * Serves the dashboard of a stack that runs in this process.
 *
 * @throws {PortInUseError}
 */
export function startStackDashboard(
  { names, endpoints, dynamodb, sqs, activity }: Stack,
  options: Pick<DashboardOptions, "folder" | "clock" | "log" | "assets" | "port" | "orFreePort">,
): Promise<Dashboard> {
  const { queueUrl, dlqUrl } = endpoints;
  return startDashboard({
    ...options,
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
      now: options.clock.now,
      isRunning: true,
    }),
  });
}
