import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  type MetricName,
} from "../packages/core/src/settings/metrics.ts";
import { resourceNames } from "../packages/core/src/settings/names.ts";
import { measurementDlq, measurementQueue, profileDlq, profileQueue, scheduleDlq } from "./queue.ts";
import { settings } from "./settings.ts";
import { createTopic } from "./topic.ts";

/** The alarms and the topic that they notify. docs/operations.md explains in detail what to do about each. */

const names = resourceNames($app.stage);

const FIVE_MINUTES = 300;

/** A measurement that has waited longer than this is no longer current. */
const OLDEST_MESSAGE_SECONDS = 900;

/** A message about a load profile waits for a quarter of an hour on purpose. */
const OLDEST_PROFILE_SECONDS = 3600;

/** One interval can be lost to a bad minute at the API; three in a row are an outage that loses data. */
const INTERVALS_UNTIL_FAILING = 3;

/** SQS reports with some delay; growth in any of these periods rings, and the next growth after them rings anew. */
const PERIODS_OF_GROWTH = 2;

/** Something happened, and it may happen again: the end of the alarm says nothing, so it notifies no one. */
const ofAnEvent = { threshold: 1, evaluationPeriods: 1, okActions: [] };

const topic = createTopic("Alarms", names.alarmTopic, {
  publisher: "alarms",
  email: settings.alarmEmail,
});

/** In the order of the dashboard: from left to right through the pipeline. An account has ten metrics of alarms for free. */
export const alarms = [
  alarm("FetcherNotSucceeding", {
    description:
      "The fetcher has not succeeded for three intervals: data is being lost, because the API keeps no history. Look at the last error in the fetcher's log, then at the schedule's DLQ and at the API. It also rings when the fetcher's log group was deleted: then no alarm about devices can ring.",
    // Each successful run of a shard writes one value. None at all is the worst failure.
    ...pipelineMetric("DevicesPolled", "SampleCount", settings.intervalSeconds),
    comparisonOperator: "LessThanThreshold",
    threshold: settings.shards,
    evaluationPeriods: INTERVALS_UNTIL_FAILING,
    treatMissingData: "breaching",
  }),
  alarm("ScheduleDlqGrows", {
    description:
      "An event of the schedule could not be delivered or never succeeded, so devices were not polled, or today's market prices are not known. The attributes of the message say which and why. Fix the cause and purge the queue: a late event brings nothing back.",
    // The schedule and Lambda send to this queue, so each new message counts, whatever is in it already.
    ...queueMetric("NumberOfMessagesSent", scheduleDlq.nodes.queue.name),
    statistic: "Sum",
    ...ofAnEvent,
  }),
  alarm("DevicesStopped", {
    description:
      "A device has stopped delivering: the API has refused or failed it for eight minutes, or it has sent nothing new for an hour, or its item has become invalid. energylive devices list shows which and why. Rings again for the next device that stops.",
    ...pipelineMetric("DevicesStopped", "Sum", settings.intervalSeconds),
    ...ofAnEvent,
    threshold: settings.alarmDevices,
  }),
  alarm("DevicesDeferred", {
    description:
      "For three intervals the fetcher had no time left for some devices, so they lose measurements. Raise ENERGYLIVE_POLL_CONCURRENCY or ENERGYLIVE_SHARDS. Is the API slow?",
    ...pipelineMetric("DevicesDeferred", "Sum", settings.intervalSeconds),
    threshold: 1,
    evaluationPeriods: INTERVALS_UNTIL_FAILING,
  }),
  alarm("OldestMessageTooOld", {
    description:
      "Measurements have waited for more than 15 minutes, or load profiles for an hour. Nothing is lost for fourteen days. Is the function invoked, does it fail, is it throttled? The queue drains by itself once the cause is gone.",
    // For messages that the consumer does not get to. While the table is down, every message is soon received three times
    // without being deleted, and then no longer counts in this metric. MeasurementsReturned covers those.
    metricQueries: [
      { id: "measurements", metric: ageOf(measurementQueue), returnData: false },
      { id: "profiles", metric: ageOf(profileQueue), returnData: false },
      {
        id: "lateness",
        expression: `MAX([FILL(measurements, 0) / ${OLDEST_MESSAGE_SECONDS}, FILL(profiles, 0) / ${OLDEST_PROFILE_SECONDS}])`,
        label: "Age, as a share of what is allowed",
        returnData: true,
      },
    ],
    comparisonOperator: "GreaterThanThreshold",
    threshold: 1,
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
  alarm("DlqGrows", {
    description:
      "Messages were quarantined or received too often. The attribute failure_reason of each says why. Fix the cause, then run energylive dlq redrive. A measurement that is stored again stays one. Rings again for the next message.",
    // NumberOfMessagesSent does not count what SQS moves here itself, so the number of messages has to grow.
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: PERIODS_OF_GROWTH,
    datapointsToAlarm: 1,
    okActions: [],
    metricQueries: [
      {
        id: "measurements",
        metric: queueQuery("ApproximateNumberOfMessagesVisible", measurementDlq.nodes.queue.name),
        returnData: false,
      },
      {
        id: "profiles",
        metric: queueQuery("ApproximateNumberOfMessagesVisible", profileDlq.nodes.queue.name),
        returnData: false,
      },
      // SQS reports nothing about a queue that was empty and unused for six hours.
      {
        id: "growth",
        expression: "DIFF(FILL(measurements, 0) + FILL(profiles, 0))",
        label: "New messages",
        returnData: true,
      },
    ],
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

function queueMetric(metricName: string, queueName: $util.Input<string>) {
  return {
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queueName },
    statistic: "Maximum",
    period: FIVE_MINUTES,
  };
}

function queueQuery(metricName: string, queueName: $util.Input<string>) {
  const { statistic, ...metric } = queueMetric(metricName, queueName);
  return { ...metric, stat: statistic };
}

function ageOf(queue: sst.aws.Queue) {
  return queueQuery("ApproximateAgeOfOldestMessage", queue.nodes.queue.name);
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

function pipelineMetric(metricName: MetricName, statistic: string, period: number) {
  return {
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensions: { [METRIC_DIMENSION]: $app.stage },
    statistic,
    period,
  };
}
