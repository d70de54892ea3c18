/**
 * The pipeline's metrics, in CloudWatch's terms. The handlers emit them; alarms and dashboard use them. One list, so an
 * alarm cannot watch a name that nobody emits.
 */

export const METRIC_NAMESPACE = "EnergyLive";

/** The only dimension. Its value is the stage, so the stages of one account do not mix. */
export const METRIC_DIMENSION = "Stage";

/** Every metric with its CloudWatch unit. */
export const METRICS = {
  /** Polls that the API answered. */
  DevicesPolled: "Count",
  /** Failed polls, including devices that could not be polled at all. */
  DevicesFailed: "Count",
  /** Device items that do not parse. */
  DevicesInvalid: "Count",
  /** Devices that have sent nothing new for too long. */
  DevicesStale: "Count",
  /** Measurements that SQS accepted. */
  MeasurementsPublished: "Count",
  /** Measurements not newer than the watermark. */
  MeasurementsUnchanged: "Count",
  /** Messages and elements that fetcher or consumer sent to the DLQ with a reason. */
  MeasurementsQuarantined: "Count",
  /** Messages that the consumer returned to the queue, counted each time: the table or the DLQ did not take them. */
  MeasurementsReturned: "Count",
  /** Measurements written to the table. */
  MeasurementsStored: "Count",
  /** Messages merged with another one of the same batch. */
  MeasurementsDuplicate: "Count",
  /** Writes that DynamoDB throttled or left unprocessed. */
  WritesThrottled: "Count",
  /** From the start of a device's poll to the API's answer. */
  PollDuration: "Milliseconds",
  /** Time stored minus time measured. */
  IngestLag: "Milliseconds",
} as const;

export type MetricName = keyof typeof METRICS;
