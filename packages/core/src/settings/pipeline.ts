/**
 * Pipeline settings that several parts must agree on: the queues, the event source mapping between queue and consumer, and
 * the functions' timeouts. All durations are in seconds, as AWS counts them.
 */

/** How long the consumer may work on one batch. */
export const CONSUMER_TIMEOUT_SECONDS = 60;

/**
 * How long one fetcher run may take. Below the default interval of five minutes, so two runs of a shard do not overlap and
 * poll a device twice.
 */
export const FETCHER_TIMEOUT_SECONDS = 240;

/** How often the schedule invokes the fetcher by default. */
export const DEFAULT_INTERVAL_SECONDS = 300;

const DAY_SECONDS = 86_400;

/** Of the measurement queue and of the profile queue. */
export const QUEUE_SETTINGS = {
  /** SQS's longest, and it costs nothing: a message that waits is not deleted before this time. */
  retentionSeconds: 14 * DAY_SECONDS,
  /**
   * AWS asks for at least six times the function's timeout on a queue with a Lambda function. This is more: a message whose
   * failure the consumer could not report (it crashed) then returns rarely enough that twelve hours of crashes stay far
   * below `maxReceiveCount`. Source: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  visibilityTimeoutSeconds: 900,
  /**
   * Receives before SQS itself moves a message to the DLQ. The consumer quarantines poison on the first receive, so this
   * only stops a message that cannot be stored for days. Once an hour, 250 receives take ten days, which leaves four of the
   * fourteen that a message may exist in either queue. A 12-hour outage takes about 18 receives with stretched visibility,
   * and 48 with the plain visibility timeout.
   */
  maxReceiveCount: 250,
} as const;

/** Of every dead-letter queue. */
export const DLQ_SETTINGS = {
  /** SQS's longest. A message that SQS moves here keeps its age; a quarantined or redriven one starts from zero. */
  retentionSeconds: 14 * DAY_SECONDS,
} as const;

/** How long the profiler may work on one batch. */
export const PROFILER_TIMEOUT_SECONDS = 120;

/** When the profiler is told what was stored, in seconds. */
export const PROFILE_DELAY = {
  /** After the end of a quarter-hour, for its last measurements to be stored. */
  settle: 60,
  /** After a poll, for what it brought to be stored and its state to be written: alerts are looked at then. */
  alerts: 30,
  /** SQS's longest delay. */
  longest: 900,
} as const;

/** The event source mapping from the profile queue to the profiler. */
export const PROFILE_MAPPING = {
  /** Messages of one device in a batch become one computation. */
  batchSize: 200,
  windowSeconds: 60,
  // No maximum concurrency: its messages are few, and Lambda then polls an empty queue half as often (docs/scale.md).
} as const;

/** How long the reporter may take for all reports of a morning: Lambda's longest. */
export const REPORTER_TIMEOUT_SECONDS = 900;

/** How often one machine, which may be off in the morning, looks for reports that are due. */
export const REPORT_INTERVAL_SECONDS = 3_600;

/** The event source mapping from the measurement queue to the consumer. */
export const EVENT_SOURCE_MAPPING = {
  /**
   * As many as the consumer writes at once. With few devices the window fills the batch; with many, larger batches mean
   * fewer invocations, whose requests share the wait for the table (docs/performance.md).
   */
  batchSize: 500,
  /** Batches of more than ten need a window of at least one second. */
  windowSeconds: 2,
  /**
   * Bounded (2 to 1000), so Lambda's own throttling cannot use up receive counts. A new account may run as few as ten functions
   * at once, and the consumers must leave room for the fetcher.
   */
  maximumConcurrency: 5,
} as const;

/** How often market prices are asked for that are missing. */
export const PRICE_INTERVAL_SECONDS = 3_600;

/** How long that may take: two requests, with half a minute for each. */
export const PRICES_TIMEOUT_SECONDS = 90;

/** How long the archiver may work: Lambda's longest. What it does not finish, its next run does. */
export const ARCHIVER_TIMEOUT_SECONDS = 900;

/** How often one machine, which may be off at night, looks for days to archive. */
export const ARCHIVE_INTERVAL_SECONDS = 3_600;
