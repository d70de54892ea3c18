/**
 * What AWS charges in US dollars, before tax, in eu-central-1 (Frankfurt): the first paid tier of its public price list.
 * Other regions differ by some percent. When a price changes, change it here, with the date.
 */

export const PRICES_OF = { region: "eu-central-1", date: "2026-09-11" } as const;

const MILLION = 1_000_000;

/** Source: aws.amazon.com/lambda/pricing */
export const LAMBDA = {
  gbSecondArm: 0.0000133334,
  gbSecondX86: 0.0000166667,
  request: 0.2 / MILLION,
  freeGbSeconds: 400_000,
  freeRequests: MILLION,
};

/** Source: aws.amazon.com/dynamodb/pricing/on-demand and /provisioned */
export const DYNAMODB = {
  writeUnit: 0.7625 / MILLION,
  readUnit: 0.1525 / MILLION,
  writeUnitHour: 0.000793,
  readUnitHour: 0.0001586,
  storedGbMonth: 0.306,
  pointInTimeRecoveryGbMonth: 0.2448,
  freeStoredGb: 25,
  /** Write units, and as many read units, all month long. */
  freeProvisionedUnits: 25,
};

/**
 * Standard-IA against Standard: the ratios of its price list, equal in all regions. Nothing of it is free.
 * Source: aws.amazon.com/dynamodb/pricing
 */
export const INFREQUENT_ACCESS = { throughput: 1.25, storage: 0.4 };

/** Source: aws.amazon.com/sqs/pricing */
export const SQS = { request: 0.4 / MILLION, freeRequests: MILLION };

/** Source: aws.amazon.com/s3/pricing; nothing of it is free for good. */
export const S3 = {
  storedGbMonth: 0.0245,
  infrequentAccessGbMonth: 0.0135,
  /** PUT and LIST. */
  request: 5.4 / MILLION,
};

/** Source: aws.amazon.com/cloudwatch/pricing */
export const CLOUDWATCH = {
  logGb: 0.63,
  metric: 0.3,
  alarmMetric: 0.1,
  dashboard: 3,
  freeLogGb: 5,
  freeMetrics: 10,
  freeAlarmMetrics: 10,
  freeDashboards: 3,
};

/** Source: aws.amazon.com/eventbridge/pricing, "Scheduler" */
export const SCHEDULER = { invocation: 1 / MILLION, freeInvocations: 14 * MILLION };
