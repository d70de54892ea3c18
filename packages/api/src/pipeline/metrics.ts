import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from "@energylive/core/settings/metrics";
import type { ResourceNames } from "@energylive/core/settings/names";

import type { PipelineActivity } from "./source.ts";

const MINUTE_SECONDS = 60;
const LAG_SECONDS = 300;

/** How far back metrics are read. */
const WINDOW_MS = 3 * 3_600_000;

/** A queue that has been empty for hours has no age: SQS then sends no metric. */
const AGE_WITHIN_MS = 15 * 60_000;
const LAG_WITHIN_MS = 3_600_000;

interface DataPoint {
  /** Epoch milliseconds. */
  at: number;
  value: number;
}

/** The metrics of the last hours, by the names under which the handlers write them. Errors of CloudWatch pass through. */
export async function readMetrics(
  cloudwatch: CloudWatchClient,
  stage: string,
  names: ResourceNames,
  now: number,
): Promise<Pick<PipelineActivity, "oldest_age_ms" | "throughput" | "ingest_lag">> {
  const own = (Id: string, MetricName: MetricName, Stat: string, Period: number): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: METRIC_NAMESPACE,
        MetricName,
        Dimensions: [{ Name: METRIC_DIMENSION, Value: stage }],
      },
      Stat,
      Period,
    },
  });
  const age: MetricDataQuery = {
    Id: "age",
    MetricStat: {
      Metric: {
        Namespace: "AWS/SQS",
        MetricName: "ApproximateAgeOfOldestMessage",
        Dimensions: [{ Name: "QueueName", Value: names.measurementQueue }],
      },
      Stat: "Maximum",
      Period: MINUTE_SECONDS,
    },
  };
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - WINDOW_MS),
      EndTime: new Date(now),
      ScanBy: "TimestampAscending",
      MetricDataQueries: [
        age,
        own("stored", "MeasurementsStored", "Sum", MINUTE_SECONDS),
        own("median", "IngestLag", "p50", LAG_SECONDS),
        own("maximum", "IngestLag", "Maximum", LAG_SECONDS),
      ],
    }),
  );
  const pointsOf = (id: string, withinMs: number): DataPoint[] => {
    const found = MetricDataResults.find(({ Id }) => Id === id);
    const points = (found?.Timestamps ?? []).map((time, index) => ({
      at: time.getTime(),
      value: found?.Values?.[index] ?? 0,
    }));
    return points.filter(({ at }) => at > now - withinMs).sort((a, b) => a.at - b.at);
  };
  const median = pointsOf("median", LAG_WITHIN_MS).at(-1);
  const maxima = pointsOf("maximum", LAG_WITHIN_MS).map(({ value }) => value);
  const oldest = pointsOf("age", AGE_WITHIN_MS).at(-1);
  return {
    oldest_age_ms: oldest === undefined ? null : oldest.value * 1000,
    throughput: pointsOf("stored", WINDOW_MS).map(({ at, value }) => ({ minute: at, stored: value })),
    ingest_lag:
      median === undefined || maxima.length === 0
        ? null
        : { median_ms: median.value, maximum_ms: Math.max(...maxima) },
  };
}
