import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { failureOf } from "@energylive/core/failure";
import type { ResourceNames } from "@energylive/core/settings/names";

import type { UnknownPart } from "../contract.ts";
import { readRuns } from "./deployed-runs.ts";
import { readMetrics } from "./metrics.ts";
import type { PipelineActivity, PipelineSource } from "./source.ts";

/** CloudWatch has a minute only after it ended, and a thousand metrics cost a cent. */
const FRESH_MS = 30_000;

/** Reads from CloudWatch what a deployed stage does. What the credentials do not allow is `unknown`. */
export function openDeployedPipeline(options: { stage: string; names: ResourceNames; now: () => number }): {
  source: PipelineSource;
  close(): void;
} {
  const { stage, names, now } = options;
  const cloudwatch = new CloudWatchClient({});
  const logs = new CloudWatchLogsClient({});
  let last: { at: number; activity: Promise<PipelineActivity> } | undefined;

  async function read(): Promise<PipelineActivity> {
    const unknown: UnknownPart[] = [];
    const orNothing = <T>(code: "metrics" | "runs", reading: Promise<T>) =>
      reading.catch((error) => {
        unknown.push({ code, failure: failureOf(error) });
        return null;
      });
    const [metrics, runs] = await Promise.all([
      orNothing("metrics", readMetrics(cloudwatch, stage, names, now())),
      orNothing("runs", readRuns(logs, names.fetcher, now())),
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
