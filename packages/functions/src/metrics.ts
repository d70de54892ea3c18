import { Metrics } from "@aws-lambda-powertools/metrics";
import type { ConsumerSummary } from "@energylive/core/consumer/run";
import type { FetcherSummary } from "@energylive/core/fetcher/run";
import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  METRICS,
  type MetricName,
} from "@energylive/core/settings/metrics";

/** Writes the metrics of each fetcher run to standard output, in embedded metric format. */
export function reportFetcher(stage: string): (summary: FetcherSummary) => void {
  const publish = metricsPublisher(stage);
  return ({ result, stale, stopped }) =>
    publish({
      DevicesPolled: [result.polled],
      DevicesFailed: [result.failed],
      DevicesStale: [stale],
      DevicesStopped: [stopped],
      DevicesDeferred: [result.deferred],
    });
}

/** Writes the metrics of each batch to standard output, in embedded metric format. */
export function reportConsumer(stage: string): (summary: ConsumerSummary) => void {
  const publish = metricsPublisher(stage);
  return ({ failedMessageIds, stored, ingestLagsMs }) =>
    publish({
      MeasurementsStored: [stored],
      MeasurementsReturned: [failedMessageIds.length],
      IngestLag: ingestLagsMs,
    });
}

type Values = Partial<Record<MetricName, readonly number[]>>;

/** Each metric with all of its values; a metric without a value is left out. */
function metricsPublisher(stage: string): (values: Values) => void {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE });
  // Powertools adds a dimension `service`, which alarms and dashboard would not find.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ [METRIC_DIMENSION]: stage });
  return (values) => {
    for (const name of Object.keys(METRICS) as MetricName[])
      for (const value of values[name] ?? []) metrics.addMetric(name, METRICS[name], value);
    // Powertools writes all metrics so far once one of them has a hundred values, so nothing may be left.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
}
