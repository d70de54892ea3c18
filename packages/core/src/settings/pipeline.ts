/**
 * The settings of the pipeline that more than one side must agree on: queues, the event source mapping between queue
 * and consumer, and the time that the two functions have. All durations are in seconds, as AWS counts them.
 */

/** How long the consumer may work on one batch. */
export const CONSUMER_TIMEOUT_SECONDS = 60;

/**
 * How long one fetcher run may take. Below the default schedule's five minutes, so that two runs of a shard do not
 * overlap and poll a device twice.
 */
export const FETCHER_TIMEOUT_SECONDS = 240;

/** How often the schedule invokes the fetcher unless configured otherwise. */
export const DEFAULT_INTERVAL_SECONDS = 300;

const DAY_SECONDS = 86_400;

export const MEASUREMENT_QUEUE = {
  /** A storage outage may last this long before SQS deletes what waits. */
  retentionSeconds: 4 * DAY_SECONDS,
  /**
   * At least six times the consumer's timeout, as AWS asks for a queue with a Lambda function behind it, and more:
   * a message whose failure the consumer could not report (it crashed) then comes back rarely enough that twelve hours
   * of such crashes stay far below `maxReceiveCount`.
   * Source: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  visibilityTimeoutSeconds: 900,
  /**
   * Receives before SQS itself moves a message to the DLQ. Poison is quarantined by the consumer at its first receive,
   * so this only stops a message that the consumer never answers for. It must outlast a 12-hour outage: stretched
   * visibility makes about 18 receives of it, the plain visibility timeout 48.
   */
  maxReceiveCount: 100,
} as const;

export const MEASUREMENT_DLQ = {
  /** SQS's longest. A redriven message keeps its age, so the DLQ must outlive the main queue. */
  retentionSeconds: 14 * DAY_SECONDS,
} as const;

/** The event source mapping from the measurement queue to the consumer. */
export const EVENT_SOURCE_MAPPING = {
  /**
   * As many as the consumer writes at once. With few devices a batch is what the window gathers; with many, larger ones
   * are fewer invocations, and their requests share the wait for the table (docs/performance.md).
   */
  batchSize: 500,
  /** A batch of more than ten needs a window of at least one second. */
  windowSeconds: 2,
  /** Bounded (2 to 1000), so that Lambda's own throttling cannot burn receive counts. */
  maximumConcurrency: 10,
} as const;
