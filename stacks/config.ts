import * as z from "zod";
import { SEVERITIES } from "../packages/core/src/log.ts";
import {
  AlertRulesSetting,
  ENERGYLIVE_API_URL,
  PriceSourceSetting,
  parseEnvironment,
  RetentionDays,
} from "../packages/core/src/settings/environment.ts";
import { DEFAULT_INTERVAL_SECONDS } from "../packages/core/src/settings/pipeline.ts";
import { wholeNumber } from "../packages/core/src/whole-number.ts";
import { MIN_WRITE_UNITS, ON_DEMAND, paceOf, splitUnits } from "./capacity.ts";

const DEFAULT_REGION = "eu-central-1";

/** AWS's own quota is lower, and can be raised. */
const MAX_UNITS = 1_000_000;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

const EmailAddress = z
  .string()
  .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "is not an e-mail address")
  .optional();

/**
 * The settings of a stage: environment variables, or lines of `.env` (every stage) and `.env.<stage>` (one stage), which
 * SST reads by itself. docs/configuration.md explains each. Keys are set with `energylive keys set`.
 */
const StageSettings = z.object({
  ENERGYLIVE_REGION: z
    .string()
    .regex(REGION, "is not an AWS region such as eu-central-1")
    .default(DEFAULT_REGION),
  /** How often every shard is polled. Whole minutes, because EventBridge Scheduler's rates count in minutes. */
  ENERGYLIVE_INTERVAL_SECONDS: wholeNumber(60, 3600)
    .refine((seconds) => seconds % 60 === 0, "is not a multiple of 60")
    .default(DEFAULT_INTERVAL_SECONDS),
  /** Fetchers that poll in parallel, each one its part of the devices. */
  ENERGYLIVE_SHARDS: wholeNumber(1, 100).default(1),
  /** Requests to the API in flight at once, per shard. */
  ENERGYLIVE_POLL_CONCURRENCY: wholeNumber(1, 500).default(25),
  ENERGYLIVE_POLL_TIMEOUT_MS: wholeNumber(100, 60_000).default(10_000),
  ENERGYLIVE_API_URL: z.string().refine(isHttpsUrl, "is not an https URL").default(ENERGYLIVE_API_URL),
  /** `on-demand`, or the write units that the tables and the index share: stacks/capacity.ts. */
  ENERGYLIVE_TABLE_CAPACITY: z
    .string()
    .transform((text) => (text === ON_DEMAND ? undefined : text))
    .pipe(wholeNumber(MIN_WRITE_UNITS, MAX_UNITS).optional())
    .optional(),
  /** Measurements that an on-demand table takes per second at most: a bound on the bill. */
  ENERGYLIVE_TABLE_MAX_WRITES: wholeNumber(1, MAX_UNITS).default(25),
  /** What storage and writes cost: Standard-IA stores cheaply, and writes and reads at a quarter more. */
  ENERGYLIVE_TABLE_CLASS: z
    .enum(["standard", "infrequent-access"], "is neither standard nor infrequent-access")
    .default("standard"),
  /** Of a device that does not say otherwise. */
  ENERGYLIVE_RETENTION_DAYS: RetentionDays,
  /** When archived measurements go to cheaper storage (Standard-IA, which takes them after a month at the earliest); never if not set. */
  ENERGYLIVE_ARCHIVE_COLD_AFTER_DAYS: wholeNumber(30, 36_500).optional(),
  /** Messages per invocation of the consumer; SQS's own limit is 10,000. As many as the table can take if not set. */
  ENERGYLIVE_BATCH_SIZE: wholeNumber(1, 10_000).optional(),
  /** Consumers running at once; Lambda takes 2 to 1,000. As many as the table can use if not set. */
  ENERGYLIVE_MAXIMUM_CONCURRENCY: wholeNumber(2, 1000).optional(),
  /** Whether both tables can be restored to any second of the last 35 days: in production unless turned off. */
  ENERGYLIVE_POINT_IN_TIME_RECOVERY: z.enum(["on", "off"], "is neither on nor off").optional(),
  /** Where market prices are read; `none` reads none. */
  ENERGYLIVE_PRICE_SOURCE: PriceSourceSetting,
  /** The rules for every device, as JSON: docs/alerts.md. */
  ENERGYLIVE_ALERT_RULES: AlertRulesSetting,
  /** Who is subscribed to the stage's topic of alerts and reports: docs/notifications.md. */
  ENERGYLIVE_NOTIFY_EMAIL: EmailAddress,
  /** Where the page is served, for those who are told of alerts. */
  ENERGYLIVE_DASHBOARD_URL: z
    .string()
    .refine((value) => URL.canParse(value), "is not a URL")
    .optional(),
  ENERGYLIVE_LOG_LEVEL: z.enum(SEVERITIES, `is none of ${SEVERITIES.join(", ")}`).default("info"),
  ENERGYLIVE_LOG_RETENTION: z
    .enum(
      ["1 week", "2 weeks", "1 month", "3 months", "6 months", "1 year", "forever"],
      "is none of 1 week, 2 weeks, 1 month, 3 months, 6 months, 1 year, forever",
    )
    .default("1 month"),
  /** Alarms, dashboard and the functions' own metrics: an account has those of one stage for free. */
  ENERGYLIVE_MONITORING: z.enum(["on", "off"], "is neither on nor off").default("on"),
  /** Devices that must stop delivering within one interval before DevicesStopped rings. */
  ENERGYLIVE_ALARM_DEVICES: wholeNumber(1, 1_000_000).default(1),
  /** Where alarms are sent. Without it they only appear in CloudWatch. */
  ENERGYLIVE_ALARM_EMAIL: EmailAddress,
});

export type Settings = ReturnType<typeof readSettings>;

/**
 * The stage's settings from `variables` (as in `process.env`).
 *
 * @throws {ConfigurationError} that names every wrong variable, in one line
 */
export function readSettings(variables: Readonly<Record<string, string | undefined>>) {
  const parsed = parseEnvironment(StageSettings, variables);
  const units =
    parsed.ENERGYLIVE_TABLE_CAPACITY === undefined ? undefined : splitUnits(parsed.ENERGYLIVE_TABLE_CAPACITY);
  const pace = paceOf(units?.measurements ?? parsed.ENERGYLIVE_TABLE_MAX_WRITES, units !== undefined);
  return {
    region: parsed.ENERGYLIVE_REGION,
    intervalSeconds: parsed.ENERGYLIVE_INTERVAL_SECONDS,
    shards: parsed.ENERGYLIVE_SHARDS,
    pollConcurrency: parsed.ENERGYLIVE_POLL_CONCURRENCY,
    pollTimeoutMs: parsed.ENERGYLIVE_POLL_TIMEOUT_MS,
    apiUrl: parsed.ENERGYLIVE_API_URL,
    table: {
      units,
      maxWrites: parsed.ENERGYLIVE_TABLE_MAX_WRITES,
      class: parsed.ENERGYLIVE_TABLE_CLASS,
    },
    retentionDays: parsed.ENERGYLIVE_RETENTION_DAYS,
    archiveColdAfterDays: parsed.ENERGYLIVE_ARCHIVE_COLD_AFTER_DAYS,
    batchSize: parsed.ENERGYLIVE_BATCH_SIZE ?? pace.batchSize,
    maximumConcurrency: parsed.ENERGYLIVE_MAXIMUM_CONCURRENCY ?? pace.maximumConcurrency,
    pointInTimeRecovery: parsed.ENERGYLIVE_POINT_IN_TIME_RECOVERY,
    priceSource: parsed.ENERGYLIVE_PRICE_SOURCE,
    alertRules: parsed.ENERGYLIVE_ALERT_RULES,
    notifyEmail: parsed.ENERGYLIVE_NOTIFY_EMAIL,
    dashboardUrl: parsed.ENERGYLIVE_DASHBOARD_URL,
    logLevel: parsed.ENERGYLIVE_LOG_LEVEL,
    logRetention: parsed.ENERGYLIVE_LOG_RETENTION,
    monitoring: parsed.ENERGYLIVE_MONITORING,
    alarmDevices: parsed.ENERGYLIVE_ALARM_DEVICES,
    alarmEmail: parsed.ENERGYLIVE_ALARM_EMAIL,
  };
}

/**
 * Only the region, for `app()` of sst.config.ts. Returns the default for a malformed one instead of throwing: SST shows
 * nothing of an error in `app()`, but `run()` reads all settings and its error is printed.
 */
export function readRegion(variables: Readonly<Record<string, string | undefined>>): string {
  const region = variables.ENERGYLIVE_REGION ?? "";
  return REGION.test(region) ? region : DEFAULT_REGION;
}

function isHttpsUrl(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === "https:";
}
