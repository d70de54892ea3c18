import * as z from "zod";

import { type AlertRule, AlertRules, DEFAULT_ALERT_RULES } from "../alert/rule.ts";
import { LOG_LEVELS, type LogLevel } from "../log.ts";
import { PRICE_SOURCES } from "../price/api.ts";
import { describeProblems } from "../problems.ts";
import { MAX_RETENTION_DAYS, MIN_RETENTION_DAYS } from "../queue/message.ts";
import { wholeNumber } from "../whole-number.ts";
import { ConfigurationError } from "./configuration-error.ts";
import type { ResourceNames } from "./names.ts";
import { PROFILE_DELAY } from "./pipeline.ts";

/**
 * The environment of the handlers, parsed once at startup, by one schema each. Nothing else in `core` or `functions`
 * reads an environment variable; the AWS SDK reads its own (`AWS_REGION`, `AWS_ENDPOINT_URL`, …).
 */

export const ENERGYLIVE_API_URL = "https://backend.energylive.e-steiermark.com/api/v1";

/** How long measurements of a device are kept that does not say otherwise. */
export const RetentionDays = wholeNumber(MIN_RETENTION_DAYS, MAX_RETENTION_DAYS).default(365);

/** The stage's rules for every device, as JSON; a device's own replace those of the same name. */
export const AlertRulesSetting = z
  .string()
  .default(JSON.stringify(DEFAULT_ALERT_RULES))
  .transform((written, context): AlertRule[] => {
    const problem = (message: string) => {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    };
    let json: unknown;
    try {
      json = JSON.parse(written);
    } catch {
      return problem("is not JSON");
    }
    const parsed = AlertRules.safeParse(json);
    return parsed.success
      ? parsed.data
      : problem(`is no list of rules: ${describeProblems(parsed.error).join("; ")}`);
  });

const text = z.string().min(1, "is empty");
const url = z.string().refine((value) => URL.canParse(value), "is not a URL");

const logging = {
  LOG_LEVEL: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(", ")}`).default("info"),
  /** `true` means `LOG_LEVEL=debug`, as in the Python collector. */
  DEBUG: z.string().default("false"),
};

export const LoggingEnvironment = z.object(logging);

const queues = {
  MEASUREMENT_QUEUE_URL: url,
  MEASUREMENT_DLQ_URL: url,
};

/** The longest that a message to the profiler waits, in seconds. */
const ProfileDelay = wholeNumber(0, PROFILE_DELAY.longest).default(PROFILE_DELAY.longest);

export const FetcherEnvironment = z.object({
  ...logging,
  ...queues,
  STAGE: text,
  DEVICES_TABLE: text,
  ENERGYLIVE_API_URL: url.default(ENERGYLIVE_API_URL),
  /** The key named `default`, where it is still a secret of the deployment. A parameter with that name wins. */
  ENERGYLIVE_API_KEY: z.string().optional(),
  /** SSM prefix of the keys. */
  API_KEY_PATH: text.regex(/^\/.*\/$/, "does not start and end with a slash"),
  /** Requests to the API in flight at once. */
  POLL_CONCURRENCY: wholeNumber(1, 500).default(25),
  RETENTION_DAYS: RetentionDays,
  /** Where the profiler is told of devices that have gone silent. */
  PROFILE_QUEUE_URL: url,
  PROFILE_DELAY_SECONDS: ProfileDelay,
  ENERGYLIVE_ALERT_RULES: AlertRulesSetting,
  /** For one request, including its body. */
  POLL_TIMEOUT_MS: wholeNumber(100, 60_000).default(10_000),
});
export type FetcherEnvironment = z.infer<typeof FetcherEnvironment>;

/** The names of a stage's tables, as the functions' environments have them. */
export function tableVariables(names: ResourceNames) {
  return {
    MEASUREMENTS_TABLE: names.measurementsTable,
    DEVICES_TABLE: names.devicesTable,
    PROFILES_TABLE: names.profilesTable,
    PRICES_TABLE: names.pricesTable,
    TARIFFS_TABLE: names.tariffsTable,
    ALERTS_TABLE: names.alertsTable,
  };
}

export const ConsumerEnvironment = z.object({
  ...logging,
  ...queues,
  STAGE: text,
  MEASUREMENTS_TABLE: text,
  /** Where days are noted that the archive has to be told of again. */
  ALERTS_TABLE: text,
  PROFILE_QUEUE_URL: url,
  PROFILE_DELAY_SECONDS: ProfileDelay,
});
export type ConsumerEnvironment = z.infer<typeof ConsumerEnvironment>;

const telling = {
  /** SSM prefix of the channels. */
  CHANNEL_PATH: text.regex(/^\/.*\/$/, "does not start and end with a slash"),
  /** The topic that people subscribe to. */
  NOTIFICATION_TOPIC_ARN: text.optional(),
};

export const ProfilerEnvironment = z.object({
  ...logging,
  ...telling,
  STAGE: text,
  MEASUREMENTS_TABLE: text,
  DEVICES_TABLE: text,
  PROFILES_TABLE: text,
  PRICES_TABLE: text,
  TARIFFS_TABLE: text,
  ALERTS_TABLE: text,
  PROFILE_QUEUE_URL: url,
  PROFILE_DLQ_URL: url,
  /** Of the page, where there is one. */
  ENERGYLIVE_DASHBOARD_URL: url.optional(),
  ENERGYLIVE_ALERT_RULES: AlertRulesSetting,
});
export type ProfilerEnvironment = z.infer<typeof ProfilerEnvironment>;

export const ReporterEnvironment = z.object({
  ...logging,
  ...telling,
  STAGE: text,
  DEVICES_TABLE: text,
  PROFILES_TABLE: text,
  PRICES_TABLE: text,
  TARIFFS_TABLE: text,
  ALERTS_TABLE: text,
});
export type ReporterEnvironment = z.infer<typeof ReporterEnvironment>;

export const ArchiverEnvironment = z.object({
  ...logging,
  STAGE: text,
  /** How many share the work; each is invoked with its own number. */
  ARCHIVERS: wholeNumber(1, 100).default(1),
  /** Where the archive is when deployed; on one machine it is a folder. */
  ARCHIVE_BUCKET: text.optional(),
  DEVICES_TABLE: text,
  MEASUREMENTS_TABLE: text,
  PROFILES_TABLE: text,
  PRICES_TABLE: text,
  ALERTS_TABLE: text,
});

export type ArchiverEnvironment = z.infer<typeof ArchiverEnvironment>;

/** `none` asks for no market prices. */
export const PRICE_SOURCE_SETTINGS = [...PRICE_SOURCES, "none"] as const;

export const PriceSourceSetting = z
  .enum(PRICE_SOURCE_SETTINGS, `is none of ${PRICE_SOURCE_SETTINGS.join(", ")}`)
  .default("energy-charts");

export const PricesEnvironment = z.object({
  ...logging,
  STAGE: text,
  DEVICES_TABLE: text,
  PROFILES_TABLE: text,
  PRICES_TABLE: text,
  ENERGYLIVE_PRICE_SOURCE: PriceSourceSetting,
  /** Another server with the source's API. */
  ENERGYLIVE_PRICE_URL: url.optional(),
});
export type PricesEnvironment = z.infer<typeof PricesEnvironment>;

/**
 * Reads `variables` (as in `process.env`) by `schema`. An empty variable counts as missing: deployment tools leave one for
 * a setting that is not set.
 *
 * @throws {ConfigurationError} that names every missing or malformed variable, never its value
 */
export function parseEnvironment<T>(
  schema: z.ZodType<T>,
  variables: Readonly<Record<string, string | undefined>>,
): T {
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return present[name] === undefined ? `${name} is not set` : `${name} ${issue.message}`;
    }),
  );
}

/** The log level: `DEBUG=true` wins over `LOG_LEVEL`. */
export function logLevel(environment: { LOG_LEVEL: LogLevel; DEBUG: string }): LogLevel {
  return environment.DEBUG === "true" ? "debug" : environment.LOG_LEVEL;
}
