import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type MetricName,
} from "../packages/core/src/settings/metrics.ts";
import { resourceNames } from "../packages/core/src/settings/names.ts";
import { measurementDlq, measurementQueue, scheduleDlq } from "./queue.ts";
import { settings } from "./settings.ts";

/** The alarms and the topic that they report to. docs/operations.md says of each what to do, at more length. */

const names = resourceNames($app.stage);

const FIVE_MINUTES = 300;

/** A measurement that waits longer than this is no longer what a person calls current. */
const OLDEST_MESSAGE_SECONDS = 900;

/** One interval can be lost to a bad minute at the API; three in a row are an outage, and data is being lost. */
const INTERVALS_UNTIL_FAILING = 3;

/**
 * Not encrypted by a key of its own: alarms cannot publish to a topic under the AWS managed key, and an alarm's text
 * holds no measurement.
 */
const topic = new sst.aws.SnsTopic("Alarms", {
  transform: { topic: { name: `energylive-${$app.stage}-alarms` } },
});

new aws.sns.TopicPolicy("AlarmsPolicy", { arn: topic.arn, policy: alarmsOverTls() });

if (settings.alarmEmail !== undefined) {
  new aws.sns.TopicSubscription("AlarmsEmail", {
    topic: topic.arn,
    protocol: "email",
    endpoint: settings.alarmEmail,
  });
}

/** In the order in which they stand on the dashboard: from left to right through the pipeline. */
export const alarms = [
  alarm("FetcherNotSucceeding", {
    description:
      "No successful run of the fetcher for three intervals: data is being lost, because the API keeps no history. Look at the fetcher's log for its last error, then at the schedule's DLQ and at the API.",
    // Every shard runs once an interval. Without a data point there was no run at all, which is the worst failure.
    comparisonOperator: "LessThanThreshold",
    threshold: settings.shards,
    evaluationPeriods: INTERVALS_UNTIL_FAILING,
    treatMissingData: "breaching",
    metricQueries: [
      lambdaQuery("invocations", "Invocations", names.fetcher, settings.intervalSeconds),
      lambdaQuery("errors", "Errors", names.fetcher, settings.intervalSeconds),
      {
        id: "succeeded",
        expression: "invocations - FILL(errors, 0)",
        label: "Successful runs",
        returnData: true,
      },
    ],
  }),
  alarm("ScheduleDlqNotEmpty", {
    description:
      "An event of the schedule could not be delivered or never succeeded, so its devices were not polled. Read the message's attributes for the reason, mend it, and purge the queue: a late event brings nothing back.",
    ...notEmpty(scheduleDlq.nodes.queue.name),
  }),
  alarm("DevicesStale", {
    description:
      "A device has sent nothing new for an hour or more. docs/operations.md shows how to find it in the devices table: is the meter's gateway online, is its key still valid, does the customer portal show newer values?",
    ...pipelineMetric("DevicesStale", "Maximum", settings.intervalSeconds),
    threshold: 1,
    evaluationPeriods: INTERVALS_UNTIL_FAILING,
  }),
  alarm("OldestMessageTooOld", {
    description:
      "Measurements wait for more than 15 minutes for a consumer. Nothing is lost for four days. Is the consumer invoked, does it fail, is it throttled? The queue drains by itself once the cause is gone.",
    // Of messages that the consumer does not get to: one that was received three times and not deleted, as every one is
    // while the table is down, counts no more in this metric. MeasurementsReturned rings for those.
    ...queueMetric("ApproximateAgeOfOldestMessage", measurementQueue.nodes.queue.name),
    comparisonOperator: "GreaterThanThreshold",
    threshold: OLDEST_MESSAGE_SECONDS,
    evaluationPeriods: 1,
  }),
  alarm("MeasurementsReturned", {
    description:
      "The consumer could not store measurements for three periods and gave them back to the queue. Nothing is lost for four days. write_failed in its log says what DynamoDB answered; the queue drains by itself once the cause is gone.",
    // A message comes back the less often the longer it waits, so it is the new ones that show in every period.
    ...pipelineMetric("MeasurementsReturned", "Sum", Math.max(FIVE_MINUTES, settings.intervalSeconds)),
    threshold: 1,
    evaluationPeriods: 3,
  }),
  alarm("ConsumerErrors", {
    description:
      "Runs of the consumer fail as a whole: it crashes or times out. The messages go back to the queue. Look at the consumer's log for the error; if it began with a deployment, deploy the version before.",
    ...lambdaMetric("Errors", names.consumer),
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  }),
  alarm("WritesThrottled", {
    description:
      "DynamoDB has throttled writes of the measurements table for 15 minutes. Nothing is lost. On-demand capacity grows with the load; if it lasts, look for one device with far more measurements than the others, or lower ENERGYLIVE_MAXIMUM_CONCURRENCY.",
    ...pipelineMetric("WritesThrottled", "Sum", FIVE_MINUTES),
    threshold: 1,
    evaluationPeriods: 3,
  }),
  alarm("FunctionsThrottled", {
    description:
      "Lambda has throttled fetcher or consumer for 15 minutes: the account's concurrency is used up. Ask AWS for more (a new account starts with as few as 10), or lower ENERGYLIVE_MAXIMUM_CONCURRENCY.",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    evaluationPeriods: 3,
    treatMissingData: "notBreaching",
    metricQueries: [
      lambdaQuery("fetcher", "Throttles", names.fetcher, FIVE_MINUTES),
      lambdaQuery("consumer", "Throttles", names.consumer, FIVE_MINUTES),
      {
        id: "throttles",
        expression: "FILL(fetcher, 0) + FILL(consumer, 0)",
        label: "Throttled runs",
        returnData: true,
      },
    ],
  }),
  alarm("MeasurementDlqNotEmpty", {
    description:
      "Messages were quarantined, or received too often. Each carries its reason in the attribute failure_reason. Mend the cause, then start a DLQ redrive in the SQS console: a measurement that is stored again stays one.",
    ...notEmpty(measurementDlq.nodes.queue.name),
  }),
];

type AlarmArgs = Omit<aws.cloudwatch.MetricAlarmArgs, "comparisonOperator"> & {
  description: string;
  comparisonOperator?: string;
};

function alarm(name: string, { description, ...args }: AlarmArgs) {
  return new aws.cloudwatch.MetricAlarm(name, {
    name: `energylive-${$app.stage}-${name}`,
    alarmDescription: description,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    okActions: [topic.arn],
    ...args,
  });
}

function notEmpty(queueName: $util.Input<string>) {
  return {
    ...queueMetric("ApproximateNumberOfMessagesVisible", queueName),
    threshold: 1,
    evaluationPeriods: 1,
  };
}

function queueMetric(metricName: string, queueName: $util.Input<string>) {
  return {
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    period: FIVE_MINUTES,
  };
}

function lambdaMetric(metricName: string, functionName: string) {
  return {
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
    period: FIVE_MINUTES,
  };
}

function lambdaQuery(id: string, metricName: string, functionName: string, period: number) {
  const { statistic, ...metric } = lambdaMetric(metricName, functionName);
  return { id, metric: { ...metric, stat: statistic, period }, returnData: false };
}

function pipelineMetric(metricName: MetricName, statistic: string, period: number) {
  return {
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensions: { [METRIC_DIMENSION]: $app.stage },
    statistic,
    period,
  };
}

/** Takes the place of the topic's default policy, which lets the whole account publish, and without TLS. */
function alarmsOverTls() {
  return aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        sid: "AlarmsOfThisAccount",
        principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
        actions: ["sns:Publish"],
        resources: [topic.arn],
        conditions: [
          {
            test: "StringEquals",
            variable: "aws:SourceAccount",
            values: [aws.getCallerIdentityOutput().accountId],
          },
        ],
      },
      {
        sid: "DenyWithoutTls",
        effect: "Deny",
        principals: [{ type: "*", identifiers: ["*"] }],
        actions: ["sns:Publish"],
        resources: [topic.arn],
        conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  }).json;
}
