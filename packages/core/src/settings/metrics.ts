/**
 * The metrics of the pipeline, in CloudWatch's terms. The handlers emit them in embedded metric format; the alarms and
 * the dashboard are built on them. One list, so that an alarm cannot watch a name that nobody emits.
 */

export const METRIC_NAMESPACE = "EnergyLive";

/** The one dimension; its value is the stage, so that stages of one account do not mix. */
export const METRIC_DIMENSION = "Stage";

/** Every metric with its CloudWatch unit. */
export const METRICS = {
  /** Polls that the API answered. */
  DevicesPolled: "Count",
  /** Polls that failed; devices that could not be polled at all are among them. */
  DevicesFailed: "Count",
  /** Device items that do not parse. */
  DevicesInvalid: "Count",
  /** Devices that have sent nothing new for longer than they should. */
  DevicesStale: "Count",
  /** Measurements that SQS accepted. */
  MeasurementsPublished: "Count",
  /** Measurements that were not newer than the watermark. */
  MeasurementsUnchanged: "Count",
  /** Messages and elements sent to the DLQ with a reason, by fetcher and consumer. */
  MeasurementsQuarantined: "Count",
  /** Messages that the consumer gave back to the queue, counted each time: the table, or the DLQ, did not take them. */
  MeasurementsReturned: "Count",
  /** Measurements written to the table. */
  MeasurementsStored: "Count",
  /** Messages that were collapsed into another of the same batch. */
  MeasurementsDuplicate: "Count",
  /** Writes that DynamoDB throttled or left unprocessed. */
  WritesThrottled: "Count",
  /** From the start of a device's poll to the API's answer. */
  PollDuration: "Milliseconds",
  /** Stored minus measured. */
  IngestLag: "Milliseconds",
} as const;

export type MetricName = keyof typeof METRICS;
