import { METRICS } from "../../packages/core/src/settings/metrics.ts";
import { CLOUDWATCH, DYNAMODB, LAMBDA, SCHEDULER, SQS } from "./prices.ts";

/** An estimate of a stage's monthly bill: what it is made of, in units that AWS charges for. */

export interface Load {
  devices: number;
  /** New measurements that a poll of one device brings; a meter's interface answers with about eleven types. */
  measurementsPerPoll: number;
}

/** What the deployment says. */
export interface Deployment {
  intervalSeconds: number;
  shards: number;
  pollConcurrency: number;
  fetcherMemoryMb: number;
  consumerMemoryMb: number;
  batchSize: number;
  alarmMetrics: number;
}

export interface CostLine {
  service: string;
  what: string;
  /** US dollars a month at list price. */
  list: number;
  /** The same after the part that AWS gives every account for good. */
  afterFreeTier: number;
}

export const MONTH_SECONDS = 30.4 * 86_400;
const GB = 1e9;

/** The API's answer and the retry that some need, as a device's share of a run. */
export const POLL_SECONDS = 0.4;
/** Start, scan and last writes of a run of the fetcher; a batch of the consumer. */
const RUN_OVERHEAD_SECONDS = 1;
const BATCH_SECONDS = 0.3;
/** A measurement's item with its attribute names, and DynamoDB's own 100 bytes per item. */
const MEASUREMENT_BYTES = 400;
/** A device's item with its state; an eventually consistent scan reads 8 KB for one unit. */
const DEVICE_BYTES = 1000;
const SCANNED_BYTES_PER_READ_UNIT = 8192;
/** In the table, and in the index of types, which projects everything. */
const COPIES = 2;
const SQS_ENTRIES = 10;
/** Lambda polls an empty queue with five long polls of 20 seconds at a time. */
const IDLE_RECEIVES_PER_SECOND = 5 / 20;
/** Summary line, metrics and Lambda's own lines of one invocation. */
const LOG_BYTES_PER_INVOCATION = 3000;
/** Measurements are kept for a year unless a device says otherwise: the bill is that of a table that is full. */
const RETENTION_MONTHS = 12;

export function estimateCost(load: Load, deployment: Deployment): CostLine[] {
  const runs = (MONTH_SECONDS / deployment.intervalSeconds) * deployment.shards;
  const polls = (MONTH_SECONDS / deployment.intervalSeconds) * load.devices;
  const measurements = polls * load.measurementsPerPoll;
  const batches = Math.max(Math.min(measurements, runs), measurements / deployment.batchSize);
  const fetcherSeconds = runs * RUN_OVERHEAD_SECONDS + (polls * POLL_SECONDS) / deployment.pollConcurrency;
  const gbSeconds =
    (fetcherSeconds * deployment.fetcherMemoryMb + batches * BATCH_SECONDS * deployment.consumerMemoryMb) /
    1024;
  const storedGb = (measurements * RETENTION_MONTHS * MEASUREMENT_BYTES) / GB;
  const scannedUnits = runs + (polls * DEVICE_BYTES) / SCANNED_BYTES_PER_READ_UNIT;
  const sqsRequests = (measurements / SQS_ENTRIES) * 3 + MONTH_SECONDS * IDLE_RECEIVES_PER_SECOND;
  const logGb = ((runs + batches) * LOG_BYTES_PER_INVOCATION) / GB;

  return [
    costLine("Lambda", "requests", runs + batches, LAMBDA.request, LAMBDA.freeRequests),
    costLine("Lambda", "GB-seconds", gbSeconds, LAMBDA.gbSecondArm, LAMBDA.freeGbSeconds),
    costLine("DynamoDB", "write units", measurements * COPIES + polls, DYNAMODB.writeUnit),
    costLine("DynamoDB", "read units", scannedUnits, DYNAMODB.readUnit),
    costLine(
      "DynamoDB",
      "GB stored, after a year",
      storedGb * COPIES,
      DYNAMODB.storedGbMonth,
      DYNAMODB.freeStoredGb,
    ),
    costLine("DynamoDB", "GB recoverable, after a year", storedGb, DYNAMODB.pointInTimeRecoveryGbMonth),
    costLine("SQS", "requests", sqsRequests, SQS.request, SQS.freeRequests),
    costLine("Scheduler", "events", runs, SCHEDULER.invocation, SCHEDULER.freeInvocations),
    costLine("CloudWatch", "GB of logs", logGb, CLOUDWATCH.logGb, CLOUDWATCH.freeLogGb),
    costLine("CloudWatch", "metrics", Object.keys(METRICS).length, CLOUDWATCH.metric, CLOUDWATCH.freeMetrics),
    costLine(
      "CloudWatch",
      "alarm metrics",
      deployment.alarmMetrics,
      CLOUDWATCH.alarmMetric,
      CLOUDWATCH.freeAlarmMetrics,
    ),
    costLine("CloudWatch", "dashboards", 1, CLOUDWATCH.dashboard, CLOUDWATCH.freeDashboards),
  ];
}

export function costLine(service: string, unit: string, quantity: number, price: number, free = 0): CostLine {
  return {
    service,
    what: `${readable(quantity)} ${unit}`,
    list: quantity * price,
    afterFreeTier: Math.max(0, quantity - free) * price,
  };
}

function readable(quantity: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3, notation: "compact" }).format(quantity);
}
