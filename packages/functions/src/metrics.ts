import { Metrics } from "@aws-lambda-powertools/metrics";
import type { ConsumerSummary } from "@energylive/core/consumer/run";
import type { FetcherSummary } from "@energylive/core/fetcher/run";
import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  METRICS,
  type MetricName,
} from "@energylive/core/settings/metrics";

/**
 * CloudWatch takes at most 100 values of a metric from one line, and Powertools writes the line out as soon as it has
 * the hundredth. A longer list is thinned to so many of its quantiles, which keeps the shape of the distribution, its
 * smallest and its largest value.
 * Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const MAX_VALUES = 99;

/** Writes the metrics of each fetcher run to standard output, in embedded metric format. */
export function reportFetcher(stage: string): (summary: FetcherSummary) => void {
  const write = metricsWriter(stage);
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
export function reportConsumer(stage: string): (summary: ConsumerSummary) => void {
  const write = metricsWriter(stage);
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

function metricsWriter(stage: string): (values: Partial<Record<MetricName, readonly number[]>>) => void {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Without its own dimension "service", which would make every metric another one than the alarms watch.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [METRIC_DIMENSION]: stage });
  return (values) => {
    for (const [name, unit] of metricUnits()) {
      for (const value of thinned(values[name] ?? [])) metrics.addMetric(name, unit, value);
    }
    metrics.publishStoredMetrics();
  };
}

function metricUnits() {
  return (Object.keys(METRICS) as MetricName[]).map((name) => [name, METRICS[name]] as const);
}

function thinned(values: readonly number[]): number[] {
  if (values.length <= MAX_VALUES) return [...values];
  const sorted = values.toSorted((a, b) => a - b);
  const step = (sorted.length - 1) / (MAX_VALUES - 1);
  return Array.from({ length: MAX_VALUES }, (_, index) => sorted[Math.round(index * step)] ?? 0);
}
