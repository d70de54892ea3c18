import { resourceNames } from "../packages/core/src/settings/names.ts";
import {
  CONSUMER_TIMEOUT_SECONDS,
  EVENT_SOURCE_MAPPING,
  FETCHER_TIMEOUT_SECONDS,
  PRICE_INTERVAL_SECONDS,
  PRICES_TIMEOUT_SECONDS,
  PROFILE_MAPPING,
  PROFILER_TIMEOUT_SECONDS,
} from "../packages/core/src/settings/pipeline.ts";
import { OPEN_ALERTS_INDEX } from "../packages/core/src/settings/tables.ts";
import { FETCHER_NODE_OPTIONS, HANDLERS } from "./bundle.ts";
import { shared, sharedEnvironment, withoutMetrics, writeEveryLevel } from "./functions.ts";
import { allowTelling, telling } from "./notifications.ts";
import { accountArn, allow, allowLogging, OWN_ROLE } from "./permissions.ts";
import { measurementDlq, measurementQueue, profileDlq, profileQueue, scheduleDlq } from "./queue.ts";
import { EVENT_RETRIES, failedEvents, schedule } from "./schedules.ts";
import { secretKey } from "./secrets.ts";
import { settings } from "./settings.ts";
import { alerts, devices, measurements, prices as priceTable, profiles, tariffs } from "./storage.ts";

/**
 * Schedules → fetcher and prices, measurement queue → consumer, profile queue → profiler. Nothing is linked: SST's `link` would grant `dynamodb:*` and `sqs:*`.
 * Each function gets only the calls that its code makes, and tests/infra proves it.
 */

const names = resourceNames($app.stage);

/** Lambda retries a failed event first after a minute, then after two. A younger age would leave no retry. */
const MIN_EVENT_AGE_SECONDS = 180;
const EVENT_AGE_SECONDS = Math.max(MIN_EVENT_AGE_SECONDS, settings.intervalSeconds);

/** Time between the end of the longest possible run and the next event of its schedule. */
const FETCHER_PAUSE_SECONDS = 10;

const measurementQueues = {
  MEASUREMENT_QUEUE_URL: measurementQueue.url,
  MEASUREMENT_DLQ_URL: measurementDlq.url,
};

const alertRules = { ENERGYLIVE_ALERT_RULES: JSON.stringify(settings.alertRules) };

export const fetcher = new sst.aws.Function("Fetcher", {
  ...shared,
  name: names.fetcher,
  description: "Polls the energyLIVE API and publishes new measurements to the measurement queue",
  handler: HANDLERS.fetcher,
  timeout: `${Math.min(FETCHER_TIMEOUT_SECONDS, settings.intervalSeconds - FETCHER_PAUSE_SECONDS)} seconds`,
  // Measured: 80 MB when idle, 350 MB after polls of 1,000 devices (25 at once), 420 MB after 3,000 (500 at once).
  memory: "512 MB",
  retries: EVENT_RETRIES,
  environment: {
    ...sharedEnvironment,
    ...measurementQueues,
    DEVICES_TABLE: devices.name,
    ENERGYLIVE_API_URL: settings.apiUrl,
    ...secretKey,
    API_KEY_PATH: names.apiKeyPath,
    POLL_CONCURRENCY: String(settings.pollConcurrency),
    POLL_TIMEOUT_MS: String(settings.pollTimeoutMs),
    RETENTION_DAYS: String(settings.retentionDays),
    PROFILE_QUEUE_URL: profileQueue.url,
    ...alertRules,
    NODE_OPTIONS: FETCHER_NODE_OPTIONS,
  },
  permissions: [
    allow(devices.arn, "dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:UpdateItem"),
    allow(measurementQueue.arn, "sqs:SendMessage"),
    allow(measurementDlq.arn, "sqs:SendMessage"),
    // Of devices that have gone silent.
    allow(profileQueue.arn, "sqs:SendMessage"),
    // No kms:Decrypt: SecureString parameters use the key aws/ssm by default. Its policy lets everyone in the account who
    // may read a parameter decrypt it through SSM. Source:
    // docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    allow(accountArn("ssm", `parameter${names.apiKeyPath}*`), "ssm:GetParameter"),
    // Lambda's own failure destination, with the function's role: an event that failed every time goes to the schedules'
    // DLQ.
    allow(scheduleDlq.arn, "sqs:SendMessage"),
    allowLogging(names.fetcher),
  ],
  transform: {
    role: OWN_ROLE,
    function: writeEveryLevel,
    eventInvokeConfig: failedEvents(EVENT_AGE_SECONDS),
  },
});

export const consumer = new sst.aws.Function("Consumer", {
  ...shared,
  name: names.consumer,
  description: "Stores the measurements of the measurement queue",
  handler: HANDLERS.consumer,
  timeout: `${CONSUMER_TIMEOUT_SECONDS} seconds`,
  // Measured: 75 MB when idle, 80 MB after a batch of 100, 155 MB after one of 10,000, SQS's largest.
  memory: "256 MB",
  environment: {
    ...sharedEnvironment,
    ...measurementQueues,
    MEASUREMENTS_TABLE: measurements.name,
    ALERTS_TABLE: alerts.name,
    PROFILE_QUEUE_URL: profileQueue.url,
  },
  permissions: [
    allow(measurements.arn, "dynamodb:BatchWriteItem"),
    // Which days the archive has to be told of again.
    allow(alerts.arn, "dynamodb:UpdateItem"),
    allow(measurementDlq.arn, "sqs:SendMessage"),
    allow(profileQueue.arn, "sqs:SendMessage"),
    // The consumer uses the first one to stretch the visibility of failed messages; the event source mapping uses the
    // others with the function's role.
    allow(
      measurementQueue.arn,
      "sqs:ChangeMessageVisibility",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
    ),
    allowLogging(names.consumer),
  ],
  transform: { role: OWN_ROLE, function: writeEveryLevel },
});

// By ARN, so SST leaves the permissions to us.
measurementQueue.subscribe(consumer.arn, {
  batch: {
    size: settings.batchSize,
    window: `${EVENT_SOURCE_MAPPING.windowSeconds} seconds`,
    partialResponses: true,
  },
  transform: {
    eventSourceMapping: { scalingConfig: { maximumConcurrency: settings.maximumConcurrency } },
  },
});

export const profiler = new sst.aws.Function("Profiler", {
  ...shared,
  name: names.profiler,
  description: "Computes the load profiles of what was stored, opens and closes alerts, and tells people",
  handler: HANDLERS.profiler,
  timeout: `${PROFILER_TIMEOUT_SECONDS} seconds`,
  memory: "256 MB",
  environment: {
    ...sharedEnvironment,
    MEASUREMENTS_TABLE: measurements.name,
    DEVICES_TABLE: devices.name,
    PROFILES_TABLE: profiles.name,
    PRICES_TABLE: priceTable.name,
    TARIFFS_TABLE: tariffs.name,
    ALERTS_TABLE: alerts.name,
    PROFILE_QUEUE_URL: profileQueue.url,
    PROFILE_DLQ_URL: profileDlq.url,
    ...telling,
    ...(settings.dashboardUrl === undefined ? {} : { ENERGYLIVE_DASHBOARD_URL: settings.dashboardUrl }),
    ...alertRules,
  },
  permissions: [
    allow(measurements.arn, "dynamodb:Query"),
    allow(devices.arn, "dynamodb:BatchGetItem"),
    allow(profiles.arn, "dynamodb:Query", "dynamodb:PutItem", "dynamodb:BatchGetItem"),
    // For alerts; those that last are in an index.
    allow(priceTable.arn, "dynamodb:Query"),
    allow(tariffs.arn, "dynamodb:Query"),
    allow(alerts.arn, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
    allow($interpolate`${alerts.arn}/index/${OPEN_ALERTS_INDEX}`, "dynamodb:Query"),
    allow(profileDlq.arn, "sqs:SendMessage"),
    ...allowTelling,
    // The first one for what is to be told; the others as the consumer's.
    allow(
      profileQueue.arn,
      "sqs:SendMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
    ),
    allowLogging(names.profiler),
  ],
  transform: { role: OWN_ROLE, function: writeEveryLevel },
});

profileQueue.subscribe(profiler.arn, {
  batch: {
    size: PROFILE_MAPPING.batchSize,
    window: `${PROFILE_MAPPING.windowSeconds} seconds`,
    partialResponses: true,
  },
});

/** Reads market prices; not there where nobody wants them. */
export const prices =
  settings.priceSource === "none"
    ? undefined
    : new sst.aws.Function("PriceReader", {
        ...shared,
        name: names.prices,
        description: "Reads the market prices that are missing",
        handler: HANDLERS.prices,
        timeout: `${PRICES_TIMEOUT_SECONDS} seconds`,
        memory: "256 MB",
        retries: EVENT_RETRIES,
        environment: {
          ...withoutMetrics,
          DEVICES_TABLE: devices.name,
          PROFILES_TABLE: profiles.name,
          PRICES_TABLE: priceTable.name,
          ENERGYLIVE_PRICE_SOURCE: settings.priceSource,
        },
        permissions: [
          allow(devices.arn, "dynamodb:Scan"),
          allow(profiles.arn, "dynamodb:Query"),
          allow(priceTable.arn, "dynamodb:Query", "dynamodb:PutItem"),
          // As the fetcher's.
          allow(scheduleDlq.arn, "sqs:SendMessage"),
          allowLogging(names.prices),
        ],
        transform: {
          role: OWN_ROLE,
          function: writeEveryLevel,
          eventInvokeConfig: failedEvents(PRICE_INTERVAL_SECONDS),
        },
      });

if (prices !== undefined)
  schedule("ReadPrices", {
    name: `energylive-${$app.stage}-prices`,
    description: "Reads market prices",
    function: prices,
    times: { seconds: PRICE_INTERVAL_SECONDS },
    maximumEventAgeInSeconds: PRICE_INTERVAL_SECONDS,
  });

for (let index = 0; index < settings.shards; index += 1)
  schedule(`Poll${index}`, {
    name: `energylive-${$app.stage}-poll-${index}`,
    description: `Polls shard ${index} of ${settings.shards}`,
    function: fetcher,
    event: { shard: { index, total: settings.shards } },
    times: { seconds: settings.intervalSeconds },
    maximumEventAgeInSeconds: EVENT_AGE_SECONDS,
  });
