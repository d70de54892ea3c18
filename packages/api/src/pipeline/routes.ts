import type { Clock } from "@energylive/core/clock";
import { type Health, sortReports } from "@energylive/core/device/health";
import { readDepth } from "@energylive/core/queue/depth";
import type { Queues } from "@energylive/core/queue/queues";
import type { Hono } from "hono";

import type { PipelineStatus } from "../contract.ts";
import type { DeviceDirectory } from "../devices/directory.ts";
import type { PipelineSource } from "./source.ts";

const SHOWN_TROUBLED = 100;

const TROUBLED = new Set<Health>(["failing", "stale", "invalid"]);

export interface PipelineParts {
  queues: () => Promise<Queues>;
  pipeline: PipelineSource;
  directory: DeviceDirectory;
  clock: Clock;
}

export function addPipelineRoutes(app: Hono, parts: PipelineParts): void {
  const { queues, pipeline, directory, clock } = parts;

  app.get("/api/pipeline", async (context) => {
    const { sqs, queueUrl, dlqUrl } = await queues();
    const [queue, dlq, { reports }] = await Promise.all([
      readDepth(sqs, queueUrl),
      readDepth(sqs, dlqUrl),
      directory.current(),
    ]);
    const { oldest_age_ms, ...activity } = await pipeline.read(queue.waiting + queue.inFlight);
    const troubled = sortReports(reports.filter(({ health }) => TROUBLED.has(health)));
    return context.json({
      now: clock.now(),
      queue: { waiting: queue.waiting, in_flight: queue.inFlight, oldest_age_ms },
      dlq: { messages: dlq.waiting + dlq.inFlight },
      ...activity,
      troubled: troubled.slice(0, SHOWN_TROUBLED),
      troubled_total: troubled.length,
    } satisfies PipelineStatus);
  });
}
