import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "@energylive/core/clock";
import { type Health, sortReports } from "@energylive/core/device/health";
import type { Queues } from "@energylive/core/queue/queues";
import type { Hono } from "hono";

import type { PipelineStatus } from "../../api.ts";
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
      depthOf(sqs, queueUrl),
      depthOf(sqs, dlqUrl),
      directory.current(),
    ]);
    const { oldest_age_ms, ...activity } = await pipeline.read(queue.waiting + queue.in_flight);
    const troubled = sortReports(reports.filter(({ health }) => TROUBLED.has(health)));
    return context.json({
      now: clock.now(),
      queue: { ...queue, oldest_age_ms },
      dlq: { messages: dlq.waiting + dlq.in_flight },
      ...activity,
      troubled: troubled.slice(0, SHOWN_TROUBLED),
      troubled_total: troubled.length,
    } satisfies PipelineStatus);
  });
}

async function depthOf(sqs: SQSClient, QueueUrl: string): Promise<{ waiting: number; in_flight: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed } = Attributes;
  return {
    waiting: Number(ApproximateNumberOfMessages ?? 0) + Number(ApproximateNumberOfMessagesDelayed ?? 0),
    in_flight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
