import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { explanation } from "@energylive/core/explain";
import type { ResourceNames } from "@energylive/core/settings/names";

import { readRuns } from "./deployed-runs.ts";
import { readMetrics } from "./metrics.ts";
import type { PipelineActivity, PipelineSource } from "./source.ts";

/** CloudWatch knows of a minute after it has ended, and asks a cent for a thousand metrics. */
const FRESH_MS = 30_000;

/** What CloudWatch knows of a deployed stage. What these credentials may not read is `unknown`; the rest is told. */
export function openDeployedPipeline(options: { stage: string; names: ResourceNames; now: () => number }): {
  source: PipelineSource;
  close(): void;
} {
  const { stage, names, now } = options;
  const cloudwatch = new CloudWatchClient({});
  const logs = new CloudWatchLogsClient({});
  let last: { at: number; activity: Promise<PipelineActivity> } | undefined;

  async function read(): Promise<PipelineActivity> {
    const unknown: string[] = [];
    const orNothing = <T>(what: string, reading: Promise<T>) =>
      reading.catch((error) => {
        unknown.push(`${what}: ${explanation(error)}`);
        return null;
      });
    const [metrics, runs] = await Promise.all([
      orNothing(
        "the age of the oldest message, throughput and lag",
        readMetrics(cloudwatch, stage, names, now()),
      ),
      orNothing("fetcher runs", readRuns(logs, names.fetcher, now())),
    ]);
    return {
      oldest_age_ms: metrics?.oldest_age_ms ?? null,
      throughput: metrics?.throughput ?? null,
      ingest_lag: metrics?.ingest_lag ?? null,
      runs,
      unknown,
    };
  }

  return {
    source: {
      read() {
        if (last === undefined || now() - last.at > FRESH_MS) last = { at: now(), activity: read() };
        return last.activity;
      },
    },
    close() {
      cloudwatch.destroy();
      logs.destroy();
    },
  };
}
