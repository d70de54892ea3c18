/**
 * The pipeline's metrics, in CloudWatch's terms. The handlers emit them; alarms and dashboard use them. One list, so an
 * alarm cannot watch a name that nobody emits.
 */

export const METRIC_NAMESPACE = "EnergyLive";

/** The only dimension. Its value is the stage, so the stages of one account do not mix. */
export const METRIC_DIMENSION = "Stage";

/**
 * Every metric with its CloudWatch unit. At most ten, because an account has ten for free: what is only looked up now and then
 * is in the summary line of each run, and AWS's own metrics of queues, functions and tables cost nothing. Two are left.
 */
export const METRICS = {
  /** Polls that the API answered. One value per successful run, so their number counts the runs. */
  DevicesPolled: "Count",
  /** Failed polls, including devices that could not be polled at all. */
  DevicesFailed: "Count",
  /** Devices that have sent nothing new for too long, and invalid ones. */
  DevicesStale: "Count",
  /** Devices that have stopped delivering since their last poll: they became stale or invalid, or they fail for a while. */
  DevicesStopped: "Count",
  /** Devices that were due, but the run had no time left for them. */
  DevicesDeferred: "Count",
  /** Messages that the consumer returned to the queue, counted each time: the table or the DLQ did not take them. */
  MeasurementsReturned: "Count",
  /** Measurements written to the table. */
  MeasurementsStored: "Count",
  /** Time stored minus time measured. */
  IngestLag: "Milliseconds",
} as const;

export type MetricName = keyof typeof METRICS;
