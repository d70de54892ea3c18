import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type MetricName,
} from "../packages/core/src/settings/metrics.ts";
import { resourceNames } from "../packages/core/src/settings/names.ts";
import { measurementDlq, measurementQueue, scheduleDlq } from "./queue.ts";
import { settings } from "./settings.ts";

/** The alarms and the topic that they notify. docs/operations.md explains in detail what to do about each. */

const names = resourceNames($app.stage);

const FIVE_MINUTES = 300;

/** A measurement that has waited longer than this is no longer current. */
const OLDEST_MESSAGE_SECONDS = 900;

/** One interval can be lost to a bad minute at the API; three in a row are an outage that loses data. */
const INTERVALS_UNTIL_FAILING = 3;

/**
 * Not encrypted with a key: alarms cannot publish to a topic under the AWS managed key, and an alarm's text contains no
 * measurement.
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

/** In the order of the dashboard: from left to right through the pipeline. */
export const alarms = [
  alarm("FetcherNotSucceeding", {
    description:
      "The fetcher has not succeeded for three intervals: data is being lost, because the API keeps no history. Look at the last error in the fetcher's log, then at the schedule's DLQ and at the API.",
    // Every shard runs once an interval. No data point means no run at all, which is the worst failure.
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
      "An event of the schedule could not be delivered or never succeeded, so its devices were not polled. The attributes of the message say why. Fix the cause and purge the queue: a late event brings nothing back.",
    ...notEmpty(scheduleDlq.nodes.queue.name),
  }),
  alarm("DevicesStale", {
    description:
      "A device has sent nothing new for an hour or more. docs/operations.md shows how to find it in the devices table. Is the meter's gateway online, is its key still valid, does the customer portal show newer values?",
    ...pipelineMetric("DevicesStale", "Maximum", settings.intervalSeconds),
    threshold: 1,
    evaluationPeriods: INTERVALS_UNTIL_FAILING,
  }),
  alarm("OldestMessageTooOld", {
    description:
      "Measurements have waited for more than 15 minutes. Nothing is lost for fourteen days. Is the consumer invoked, does it fail, is it throttled? The queue drains by itself once the cause is gone.",
    // For messages that the consumer does not get to. While the table is down, every message is soon received three times
    // without being deleted, and then no longer counts in this metric. MeasurementsReturned covers those.
    ...queueMetric("ApproximateAgeOfOldestMessage", measurementQueue.nodes.queue.name),
    comparisonOperator: "GreaterThanThreshold",
    threshold: OLDEST_MESSAGE_SECONDS,
    evaluationPeriods: 1,
  }),
  alarm("MeasurementsReturned", {
    description:
      "The consumer could not store measurements for three periods and returned them to the queue. Nothing is lost for fourteen days. write_failed in its log says what DynamoDB answered. The queue drains by itself once the cause is gone.",
    // The longer a message waits the less often it comes back, so the new ones show in every period.
    ...pipelineMetric("MeasurementsReturned", "Sum", Math.max(FIVE_MINUTES, settings.intervalSeconds)),
    threshold: 1,
    evaluationPeriods: 3,
  }),
  alarm("ConsumerErrors", {
    description:
      "Whole runs of the consumer fail: it crashes or times out. The messages go back to the queue. Look for the error in the consumer's log. If it started with a deployment, deploy the previous version.",
    ...lambdaMetric("Errors", names.consumer),
    threshold: 1,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  }),
  alarm("WritesThrottled", {
    description:
      "DynamoDB has throttled writes to the measurements table for 15 minutes. Nothing is lost. On-demand capacity grows with the load. If it lasts, look for a device with far more measurements than the others, or lower ENERGYLIVE_MAXIMUM_CONCURRENCY.",
    ...pipelineMetric("WritesThrottled", "Sum", FIVE_MINUTES),
    threshold: 1,
    evaluationPeriods: 3,
  }),
  alarm("FunctionsThrottled", {
    description:
      "Lambda has throttled the fetcher or the consumer for 15 minutes: the account's concurrency is used up. Ask AWS for more (a new account starts with as few as 10), or lower ENERGYLIVE_MAXIMUM_CONCURRENCY.",
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
      "Messages were quarantined or received too often. The attribute failure_reason of each says why. Fix the cause, then run energylive dlq redrive. A measurement that is stored again stays one.",
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

/** Replaces the topic's default policy, which lets the whole account publish, even without TLS. */
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
