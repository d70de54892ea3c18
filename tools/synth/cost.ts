import type { DecimalText } from "../../packages/core/src/decimal.ts";
import { measurementItem } from "../../packages/core/src/measurement/item.ts";
import { PRICE_INTERVAL_SECONDS } from "../../packages/core/src/settings/pipeline.ts";
import { itemBytes, STORAGE_OVERHEAD_BYTES } from "./item-size.ts";
import { CLOUDWATCH, DYNAMODB, INFREQUENT_ACCESS, LAMBDA, S3, SCHEDULER, SQS } from "./prices.ts";

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
  profilerMemoryMb: number;
  /** `undefined` where no market prices are read. */
  pricesMemoryMb: number | undefined;
  reporterMemoryMb: number;
  archiverMemoryMb: number;
  /** `undefined` where archived measurements stay in S3's standard storage. */
  archiveColdAfterDays?: number | undefined;
  batchSize: number;
  metrics: number;
  alarmMetrics: number;
  dashboards: number;
  isRecoverable: boolean;
  /** Of all tables and indexes; `undefined` on demand. */
  provisioned: { writeUnits: number; readUnits: number } | undefined;
  isInfrequentAccess: boolean;
  retentionDays: number;
}

export interface CostLine {
  service: string;
  /** The unit that AWS charges for. */
  what: string;
  /** A month, or at the end of a month for what is stored. */
  quantity: number;
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
/** What is stored of a measurement, in the table and again in the index: 200 bytes and DynamoDB's own hundred. */
export const MEASUREMENT_BYTES =
  STORAGE_OVERHEAD_BYTES +
  itemBytes(
    measurementItem({
      device_id: "I-10082023-01658401",
      measurement_type: "0100010700",
      timestamp: 1726559995000,
      value: "138.5" as DecimalText,
      collection_time: "2024-09-17T07:59:58.000Z",
      retention_days: 365,
    }),
  );
/** A device's item with its state; an eventually consistent scan reads 8 KB for one unit. */
const DEVICE_BYTES = 1000;
const SCANNED_BYTES_PER_READ_UNIT = 8192;
/** In the table, and in the index of types, which projects everything. */
export const COPIES = 2;
const SQS_ENTRIES = 10;
/**
 * Lambda polls an empty queue with five long polls of 20 seconds at a time, and with half as many if the mapping has no
 * maximum concurrency, as the profile queue's.
 */
const IDLE_RECEIVES_PER_SECOND = 7.5 / 20;
/** A profile, whose lists have 96 elements each, takes two write units. */
const PROFILE_WRITE_UNITS = 2;
/** Now and then a late poll makes a second write. */
const PROFILE_WRITES_PER_QUARTER_HOUR = 1.05;
/** For a profile: half an hour of measurements, the profile itself, the device. */
const PROFILE_READ_BYTES = 16_000;
const QUARTER_HOUR_SECONDS = 900;
/** Messages of several devices that one invocation of the profiler computes, and how long it takes for each. */
const DEVICES_PER_PROFILER = 200;
const PROFILE_SECONDS = 0.03;
/** A run that reads market prices: the devices whose first load profile it looks for, a request, and the answer. */
const PRICE_RUN_SECONDS = 3;
const PRICE_DEVICES = 100;
/** A query of the last days, whose 96 prices take 600 bytes each, and one of the first day; and one new day of prices. */
const PRICES_READ_UNITS = 2;
const PRICES_WRITTEN_PER_DAY = 1;
/** Alerts of a device in a month: silence, now and then. Each is opened and closed, and both are told. */
const ALERTS_PER_DEVICE = 2;
const TOLD_PER_ALERT = 2;
/** An alert is added, closed and handed over twice; telling of it is claimed, noted and released, twice. */
const WRITES_PER_ALERT = 10;
/** A mail server takes its time. */
const TELLING_SECONDS = 2;
/** A run every morning; on most of them nothing is due. */
const REPORT_SECONDS = 3;
/** An archived measurement, and all quarter-hours of a load profile's day: measured, compressed. */
const ARCHIVED_BYTES = 21;
const ARCHIVED_PROFILE_BYTES = 1_200;
/** What an archiver reads and writes a second, and its start, scan and lists. */
const ARCHIVED_PER_SECOND = 40_000;
const ARCHIVER_OVERHEAD_SECONDS = 4;
/** A night: a day of measurements, a month of load profiles, two of prices, and a list. */
const ARCHIVE_REQUESTS_PER_ARCHIVER = 5;
/** The days of the month so far are read again, each of 2.5 KB. */
const PROFILES_ARCHIVED = 16;
const PROFILE_BYTES = 2_500;
/** Of the archive, which grows for ever, the bill is that of its first year. */
const ARCHIVE_DAYS = 365;
/** Summary line, metrics and Lambda's own lines of one invocation. */
const LOG_BYTES_PER_INVOCATION = 3000;
/** The bill is that of a table that is full. */
const MONTH_DAYS = MONTH_SECONDS / 86_400;

export function estimateCost(load: Load, deployment: Deployment): CostLine[] {
  const runs = (MONTH_SECONDS / deployment.intervalSeconds) * deployment.shards;
  const polls = (MONTH_SECONDS / deployment.intervalSeconds) * load.devices;
  const measurements = polls * load.measurementsPerPoll;
  const batches = Math.max(Math.min(measurements, runs), measurements / deployment.batchSize);
  const fetcherSeconds = runs * RUN_OVERHEAD_SECONDS + (polls * POLL_SECONDS) / deployment.pollConcurrency;
  const profileWrites =
    (MONTH_SECONDS / QUARTER_HOUR_SECONDS) * load.devices * PROFILE_WRITES_PER_QUARTER_HOUR;
  const profilerRuns = Math.min(
    profileWrites,
    (MONTH_SECONDS / QUARTER_HOUR_SECONDS) * Math.max(1, load.devices / DEVICES_PER_PROFILER),
  );
  const profilerSeconds = profilerRuns * BATCH_SECONDS + profileWrites * PROFILE_SECONDS;
  const priceRuns = deployment.pricesMemoryMb === undefined ? 0 : MONTH_SECONDS / PRICE_INTERVAL_SECONDS;
  const priceReads = PRICES_READ_UNITS + Math.min(load.devices, PRICE_DEVICES);
  const alerts = load.devices * ALERTS_PER_DEVICE;
  // A batch of the profile queue for each, as long as they are few.
  const told = alerts * TOLD_PER_ALERT;
  const reporterRuns = MONTH_DAYS;
  const tellingSeconds =
    told * TELLING_SECONDS * deployment.profilerMemoryMb +
    reporterRuns * REPORT_SECONDS * deployment.reporterMemoryMb;
  const archiverRuns = MONTH_DAYS * deployment.shards;
  const archiverSeconds = archiverRuns * ARCHIVER_OVERHEAD_SECONDS + measurements / ARCHIVED_PER_SECOND;
  const profilesArchived = MONTH_DAYS * PROFILES_ARCHIVED * load.devices;
  const archiveReads =
    (measurements * MEASUREMENT_BYTES + profilesArchived * PROFILE_BYTES) / SCANNED_BYTES_PER_READ_UNIT +
    (archiverRuns * load.devices * DEVICE_BYTES) / SCANNED_BYTES_PER_READ_UNIT;
  const archivedGb =
    ((measurements / MONTH_DAYS) * ARCHIVED_BYTES + load.devices * ARCHIVED_PROFILE_BYTES) *
    (ARCHIVE_DAYS / GB);
  const coldShare =
    deployment.archiveColdAfterDays === undefined
      ? 0
      : Math.max(0, 1 - deployment.archiveColdAfterDays / ARCHIVE_DAYS);
  const gbSeconds =
    (archiverSeconds * deployment.archiverMemoryMb +
      tellingSeconds +
      fetcherSeconds * deployment.fetcherMemoryMb +
      batches * BATCH_SECONDS * deployment.consumerMemoryMb +
      profilerSeconds * deployment.profilerMemoryMb +
      priceRuns * PRICE_RUN_SECONDS * (deployment.pricesMemoryMb ?? 0)) /
    1024;
  const storedGb = ((measurements * deployment.retentionDays) / MONTH_DAYS) * (MEASUREMENT_BYTES / GB);
  const scannedUnits = runs + (polls * DEVICE_BYTES) / SCANNED_BYTES_PER_READ_UNIT;
  // One message per measurement; one to the profiler per device and poll; and one for each that is told of an alert.
  const messages = measurements + polls + told;
  const sqsRequests = (messages / SQS_ENTRIES) * 3 + MONTH_SECONDS * IDLE_RECEIVES_PER_SECOND;
  const invocations = runs + batches + profilerRuns + priceRuns + told + reporterRuns + archiverRuns;
  const logGb = (invocations * LOG_BYTES_PER_INVOCATION) / GB;

  return [
    costLine("Lambda", "requests", invocations, LAMBDA.request, LAMBDA.freeRequests),
    costLine("Lambda", "GB-seconds", gbSeconds, LAMBDA.gbSecondArm, LAMBDA.freeGbSeconds),
    ...throughputLines(deployment, { writes: measurements * COPIES + polls, reads: scannedUnits }),
    costLine("DynamoDB", "write units of profiles", profileWrites * PROFILE_WRITE_UNITS, DYNAMODB.writeUnit),
    costLine(
      "DynamoDB",
      "read units for profiles",
      (profileWrites * PROFILE_READ_BYTES) / SCANNED_BYTES_PER_READ_UNIT,
      DYNAMODB.readUnit,
    ),
    costLine("DynamoDB", "read units for prices", priceRuns * priceReads, DYNAMODB.readUnit),
    costLine(
      "DynamoDB",
      "write units of prices",
      priceRuns === 0 ? 0 : MONTH_DAYS * PRICES_WRITTEN_PER_DAY,
      DYNAMODB.writeUnit,
    ),
    costLine("DynamoDB", "write units of alerts", alerts * WRITES_PER_ALERT, DYNAMODB.writeUnit),
    costLine(
      "DynamoDB",
      "GB stored, full table",
      storedGb * COPIES,
      DYNAMODB.storedGbMonth * (deployment.isInfrequentAccess ? INFREQUENT_ACCESS.storage : 1),
      deployment.isInfrequentAccess ? 0 : DYNAMODB.freeStoredGb,
    ),
    costLine(
      "DynamoDB",
      "GB recoverable, full table",
      deployment.isRecoverable ? storedGb : 0,
      DYNAMODB.pointInTimeRecoveryGbMonth,
    ),
    costLine("DynamoDB", "read units for the archive", archiveReads, DYNAMODB.readUnit),
    costLine("S3", "requests of the archive", archiverRuns * ARCHIVE_REQUESTS_PER_ARCHIVER, S3.request),
    costLine(
      "S3",
      "GB archived, first year",
      archivedGb,
      S3.storedGbMonth * (1 - coldShare) + S3.infrequentAccessGbMonth * coldShare,
    ),
    costLine("SQS", "requests", sqsRequests, SQS.request, SQS.freeRequests),
    costLine(
      "Scheduler",
      "events",
      runs + priceRuns + reporterRuns + archiverRuns,
      SCHEDULER.invocation,
      SCHEDULER.freeInvocations,
    ),
    costLine("CloudWatch", "GB of logs", logGb, CLOUDWATCH.logGb, CLOUDWATCH.freeLogGb),
    costLine("CloudWatch", "metrics", deployment.metrics, CLOUDWATCH.metric, CLOUDWATCH.freeMetrics),
    costLine(
      "CloudWatch",
      "alarm metrics",
      deployment.alarmMetrics,
      CLOUDWATCH.alarmMetric,
      CLOUDWATCH.freeAlarmMetrics,
    ),
    costLine(
      "CloudWatch",
      "dashboards",
      deployment.dashboards,
      CLOUDWATCH.dashboard,
      CLOUDWATCH.freeDashboards,
    ),
  ];
}

/** What is read and written: per unit on demand, or per unit and hour that is provisioned. */
function throughputLines(
  { provisioned, isInfrequentAccess }: Deployment,
  { writes, reads }: { writes: number; reads: number },
): CostLine[] {
  const factor = isInfrequentAccess ? INFREQUENT_ACCESS.throughput : 1;
  if (provisioned === undefined)
    return [
      costLine("DynamoDB", "write units", writes, DYNAMODB.writeUnit * factor),
      costLine("DynamoDB", "read units", reads, DYNAMODB.readUnit * factor),
    ];
  const hours = MONTH_SECONDS / 3600;
  const free = isInfrequentAccess ? 0 : DYNAMODB.freeProvisionedUnits * hours;
  const { writeUnits, readUnits } = provisioned;
  return [
    costLine("DynamoDB", "write-unit hours", writeUnits * hours, DYNAMODB.writeUnitHour * factor, free),
    costLine("DynamoDB", "read-unit hours", readUnits * hours, DYNAMODB.readUnitHour * factor, free),
  ];
}

export function costLine(service: string, unit: string, quantity: number, price: number, free = 0): CostLine {
  return {
    service,
    what: unit,
    quantity,
    list: quantity * price,
    afterFreeTier: Math.max(0, quantity - free) * price,
  };
}

export function totalOf(lines: readonly CostLine[]): { list: number; afterFreeTier: number } {
  return {
    list: lines.reduce((sum, line) => sum + line.list, 0),
    afterFreeTier: lines.reduce((sum, line) => sum + line.afterFreeTier, 0),
  };
}

/** The bill for programs; dollars to a hundredth of a cent. */
export function costJson(load: Load, { intervalSeconds }: Deployment, lines: readonly CostLine[]) {
  const { list, afterFreeTier } = totalOf(lines);
  return {
    devices: load.devices,
    interval_seconds: intervalSeconds,
    lines: lines.map((line) => ({
      service: line.service,
      what: line.what,
      quantity: Number(line.quantity.toPrecision(6)),
      list_usd: dollars(line.list),
      free_tier_usd: dollars(line.afterFreeTier),
    })),
    list_usd: dollars(list),
    after_free_tier_usd: dollars(afterFreeTier),
  };
}

function dollars(amount: number): number {
  return Number(amount.toFixed(4));
}
