import type { UnknownPart } from "@energylive/api/contract";
import type { PipelineSource } from "@energylive/api/pipeline/source";
import { failureOf } from "@energylive/core/failure";
import type { Activity } from "@energylive/local/activity";
import * as z from "zod";

/** The embedded SQS only tells ages together with all bodies, so a longer queue is not asked. */
const MOST_INSPECTED = 2_000;

const INSPECT_TIMEOUT_MS = 2_000;

const Message = z.object({ sentTimestamp: z.number() });
const Inspection = z.object({
  messages: z.object({
    ready: z.array(Message),
    delayed: z.array(Message),
    inflight: z.array(z.object({ message: Message })),
  }),
});

export interface EmbeddedPipelineOptions {
  activity(): Activity | Promise<Activity>;
  onActivity?: PipelineSource["onActivity"];
  /** The endpoint of the embedded SQS and the queue's name. */
  sqs: () => Promise<string>;
  queue: string;
  now: () => number;
  /** Without a running stack nothing is polled, and queued messages wait. */
  isRunning: boolean;
}

/** Reads the record that an embedded stack keeps. */
export function embeddedPipeline(options: EmbeddedPipelineOptions): PipelineSource {
  const { activity, onActivity, sqs, queue, now, isRunning } = options;
  return {
    async read(depth) {
      const { runs, throughput, ingest_lag } = await activity();
      const unknown: UnknownPart[] = isRunning ? [] : [{ code: "not_running" }];
      let oldest_age_ms: number | null = null;
      if (depth > MOST_INSPECTED) {
        unknown.push({ code: "oldest_of_many", most: MOST_INSPECTED });
      } else if (depth > 0) {
        try {
          const sentAt = await oldestSentAt(await sqs(), queue);
          oldest_age_ms = sentAt === undefined ? null : Math.max(0, now() - sentAt);
        } catch (error) {
          unknown.push({ code: "oldest", failure: failureOf(error) });
        }
      }
      if (runs.length === 0) unknown.push({ code: "no_runs" });
      return { runs, throughput, ingest_lag, oldest_age_ms, unknown };
    },
    ...(onActivity === undefined ? {} : { onActivity }),
  };
}

async function oldestSentAt(endpoint: string, queue: string): Promise<number | undefined> {
  const response = await fetch(`${endpoint}/_fauxqs/queues/${encodeURIComponent(queue)}`, {
    signal: AbortSignal.timeout(INSPECT_TIMEOUT_MS),
  });
  const { ready, delayed, inflight } = Inspection.parse(await response.json()).messages;
  const sent = [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(
    ({ sentTimestamp }) => sentTimestamp,
  );
  return sent.length === 0 ? undefined : Math.min(...sent);
}
