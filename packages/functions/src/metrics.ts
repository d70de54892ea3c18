import type { Clock } from "@energylive/core/clock";
import type { ConsumerSummary } from "@energylive/core/consumer/run";
import type { FetcherSummary } from "@energylive/core/fetcher/run";
import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  METRICS,
  type MetricName,
} from "@energylive/core/settings/metrics";

/**
 * CloudWatch takes at most so many values of a metric from one line. A longer list is thinned to so many of its quantiles,
 * which keeps the shape of the distribution, its smallest and its largest value.
 */
const MAX_VALUES = 100;

/** Writes the metrics of each fetcher run to standard output, in embedded metric format. */
export function reportFetcher(stage: string, clock: Clock): (summary: FetcherSummary) => void {
  const write = metricsWriter(stage, clock);
  return ({ result, invalid, stale, pollDurationsMs }) =>
    write({
      DevicesPolled: [result.polled],
      DevicesFailed: [result.failed],
      DevicesInvalid: [invalid],
      DevicesStale: [stale],
      MeasurementsPublished: [result.published],
      MeasurementsUnchanged: [result.unchanged],
      MeasurementsQuarantined: [result.quarantined],
      PollDuration: pollDurationsMs,
    });
}

/** Writes the metrics of each batch to standard output, in embedded metric format. */
export function reportConsumer(stage: string, clock: Clock): (summary: ConsumerSummary) => void {
  const write = metricsWriter(stage, clock);
  return ({ failedMessageIds, stored, duplicate, quarantined, throttled, ingestLagsMs }) =>
    write({
      MeasurementsStored: [stored],
      MeasurementsDuplicate: [duplicate],
      MeasurementsQuarantined: [quarantined],
      MeasurementsReturned: [failedMessageIds.length],
      WritesThrottled: [throttled],
      IngestLag: ingestLagsMs,
    });
}

type Values = Partial<Record<MetricName, readonly number[]>>;

/**
 * Writes one line for each set of values, as CloudWatch reads metrics out of a function's log; one without a value is left
 * out. To standard output itself: Lambda wraps what goes to the console.
 * Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function metricsWriter(stage: string, clock: Clock): (values: Values) => void {
  return (values) => {
    const names = (Object.keys(METRICS) as MetricName[]).filter((name) => (values[name] ?? []).length > 0);
    const metrics = {
      Namespace: METRIC_NAMESPACE,
      Dimensions: [[METRIC_DIMENSION]],
      Metrics: names.map((name) => ({ Name: name, Unit: METRICS[name] })),
    };
    const line = {
      _aws: { Timestamp: clock.now(), CloudWatchMetrics: [metrics] },
      [METRIC_DIMENSION]: stage,
      ...Object.fromEntries(names.map((name) => [name, thinned(values[name] ?? [])])),
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
}

/** A single value as itself, for who reads the log. */
function thinned(values: readonly number[]): number | readonly number[] {
  if (values.length === 1) return values[0] ?? 0;
  if (values.length <= MAX_VALUES) return values;
  const sorted = values.toSorted((a, b) => a - b);
  const step = (sorted.length - 1) / (MAX_VALUES - 1);
  return Array.from({ length: MAX_VALUES }, (_, index) => sorted[Math.round(index * step)] ?? 0);
}
