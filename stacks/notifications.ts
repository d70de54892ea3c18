import { resourceNames } from "../packages/core/src/settings/names.ts";
import { REPORTER_TIMEOUT_SECONDS } from "../packages/core/src/settings/pipeline.ts";
import { HANDLERS } from "./bundle.ts";
import { shared, withoutMetrics, writeEveryLevel } from "./functions.ts";
import { accountArn, allow, allowLogging, OWN_ROLE } from "./permissions.ts";
import { scheduleDlq } from "./queue.ts";
import { EVENT_RETRIES, failedEvents, schedule } from "./schedules.ts";
import { settings } from "./settings.ts";
import { alerts, devices, prices, profiles, tariffs } from "./storage.ts";
import { createTopic } from "./topic.ts";

/** Profiler and schedule → reporter → the people: through the stage's topic, by mail, by webhook. */

const names = resourceNames($app.stage);

/** For the users, apart from the operators' alarms. */
const topic = createTopic("Notifications", names.notificationTopic, {
  publisher: "none",
  email: settings.notifyEmail,
});

/** Variables of a function that tells people. */
export const telling = {
  CHANNEL_PATH: names.channelPath,
  NOTIFICATION_TOPIC_ARN: topic.arn,
};

/** What it may do: read the channels, and publish to one of them. */
export const allowTelling = [
  // As the fetcher's keys: no kms:Decrypt.
  allow(accountArn("ssm", `parameter${names.channelPath.slice(0, -1)}`), "ssm:GetParametersByPath"),
  allow(topic.arn, "sns:Publish"),
];

/** An event of a morning is worth nothing on the next one. */
const REPORT_EVENT_AGE_SECONDS = 6 * 3_600;

export const reporter = new sst.aws.Function("Reporter", {
  ...shared,
  name: names.reporter,
  description: "Sends the reports of weeks, months and years that are over",
  handler: HANDLERS.reporter,
  timeout: `${REPORTER_TIMEOUT_SECONDS} seconds`,
  memory: "512 MB",
  retries: EVENT_RETRIES,
  environment: {
    ...withoutMetrics,
    ...telling,
    DEVICES_TABLE: devices.name,
    PROFILES_TABLE: profiles.name,
    PRICES_TABLE: prices.name,
    TARIFFS_TABLE: tariffs.name,
    ALERTS_TABLE: alerts.name,
  },
  permissions: [
    allow(devices.arn, "dynamodb:Scan"),
    allow(profiles.arn, "dynamodb:Query"),
    allow(prices.arn, "dynamodb:Query"),
    allow(tariffs.arn, "dynamodb:Query"),
    // Which were sent stands beside the alerts.
    allow(alerts.arn, "dynamodb:Query", "dynamodb:UpdateItem"),
    // As the fetcher's.
    allow(scheduleDlq.arn, "sqs:SendMessage"),
    ...allowTelling,
    allowLogging(names.reporter),
  ],
  transform: {
    role: OWN_ROLE,
    function: writeEveryLevel,
    eventInvokeConfig: failedEvents(REPORT_EVENT_AGE_SECONDS),
  },
});

schedule("SendReports", {
  name: `energylive-${$app.stage}-reports`,
  description: "Sends the reports that are due",
  function: reporter,
  times: { daily: { hour: 6, minute: 15 } },
  maximumEventAgeInSeconds: REPORT_EVENT_AGE_SECONDS,
});
