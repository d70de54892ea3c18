import {
  METRIC_DIMENSION,
  METRIC_NAMESPACE,
  METRICS,
  type MetricName,
} from "../packages/core/src/settings/metrics.ts";
import { resourceNames } from "../packages/core/src/settings/names.ts";
import { alarms } from "./alarms.ts";
import { consumer, fetcher, prices, profiler } from "./ingestion.ts";
import { settings } from "./settings.ts";

/**
 * One CloudWatch page: alarms on top, below them the pipeline from left to right (schedule and API, fetcher, queue,
 * consumer and table), at the bottom the errors that the functions logged.
 */

const names = resourceNames($app.stage);

/** CloudWatch's grid has 24 columns; each of the four pipeline columns takes six. */
const COLUMN_WIDTH = 6;
const ROW_HEIGHT = 6;
const ALARMS_HEIGHT = 3;

const pipeline: Widget[][] = [
  [
    own("Devices polled", "DevicesPolled", "DevicesFailed", "DevicesDeferred"),
    own("Devices that do not deliver", "DevicesStale", "DevicesStopped"),
    queue("Undelivered events", names.scheduleDlq, "ApproximateNumberOfMessagesVisible"),
  ],
  [
    lambda("Fetcher runs", names.fetcher, "Invocations", "Errors", "Throttles"),
    atMost("Duration of the fetcher", lambda("", names.fetcher, "Duration")),
    lambda("Profiler runs", names.profiler, "Invocations", "Errors", "Throttles"),
    atMost(
      "Functions running at once",
      lambda("", names.fetcher, "ConcurrentExecutions"),
      lambda("", names.consumer, "ConcurrentExecutions"),
    ),
  ],
  [
    queue(
      "Waiting messages",
      names.measurementQueue,
      "ApproximateNumberOfMessagesVisible",
      "ApproximateNumberOfMessagesNotVisible",
    ),
    queue("Age of the oldest message", names.measurementQueue, "ApproximateAgeOfOldestMessage"),
    queues("Dead letters", "ApproximateNumberOfMessagesVisible", names.measurementDlq, names.profileDlq),
    queue("Waiting load profiles", names.profileQueue, "ApproximateNumberOfMessagesVisible"),
  ],
  [
    own("Measurements stored", "MeasurementsStored", "MeasurementsReturned"),
    own("Time stored minus time measured", "IngestLag"),
    lambda("Consumer runs", names.consumer, "Invocations", "Errors", "Throttles"),
    table(
      "Writes to the table",
      names.measurementsTable,
      "ConsumedWriteCapacityUnits",
      "WriteThrottleEvents",
    ),
  ],
];

const sources = $util
  .all(
    [fetcher, consumer, profiler, ...(prices === undefined ? [] : [prices])].map(({ nodes }) =>
      nodes.logGroup.apply((group) => group?.name),
    ),
  )
  .apply((groups) => groups.map((group) => `SOURCE '${group}'`).join(" | "));

const ROWS = Math.max(...pipeline.map((column) => column.length));

const dashboard = new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: names.dashboard,
  dashboardBody: $jsonStringify({
    widgets: [
      widget(
        "alarm",
        { x: 0, y: 0, width: 24, height: ALARMS_HEIGHT },
        { title: "Alarms", alarms: alarms.map(({ arn }) => arn) },
      ),
      ...pipeline.flatMap((column, x) =>
        column.map((properties, y) =>
          widget(
            "metric",
            {
              x: x * COLUMN_WIDTH,
              y: ALARMS_HEIGHT + y * ROW_HEIGHT,
              width: COLUMN_WIDTH,
              height: ROW_HEIGHT,
            },
            {
              view: "timeSeries",
              region: settings.region,
              stat: "Sum",
              period: settings.intervalSeconds,
              ...properties,
            },
          ),
        ),
      ),
      widget(
        "log",
        { x: 0, y: ALARMS_HEIGHT + ROWS * ROW_HEIGHT, width: 24, height: ROW_HEIGHT },
        {
          title: "Errors in the logs",
          region: settings.region,
          view: "table",
          query: $interpolate`${sources} | fields @timestamp, @log, @message | filter level in ["warn", "error", "WARN", "ERROR", "FATAL"] or record.status in ["error", "failure", "timeout"] | sort @timestamp desc | limit 50`,
        },
      ),
    ],
  }),
});

/** What the deployment says of it at its end. */
export const outputs = {
  dashboard: $interpolate`https://${settings.region}.console.aws.amazon.com/cloudwatch/home?region=${settings.region}#dashboards/dashboard/${dashboard.dashboardName}`,
  alarms:
    settings.alarmEmail === undefined
      ? "sent to no one: set ENERGYLIVE_ALARM_EMAIL and deploy again"
      : `sent to ${settings.alarmEmail}, once the link in AWS's mail was opened`,
};

interface Widget {
  title: string;
  metrics: (string | { stat: string })[][];
  stat?: string;
}

function own(title: string, ...metrics: MetricName[]): Widget {
  const isTime = metrics.some((metric) => METRICS[metric] === "Milliseconds");
  return {
    title,
    metrics: metrics.flatMap((metric) => {
      const path = [METRIC_NAMESPACE, metric, METRIC_DIMENSION, $app.stage];
      return isTime
        ? [
            [...path, { stat: "p50" }],
            [...path, { stat: "p99" }],
          ]
        : [path];
    }),
  };
}

function lambda(title: string, functionName: string, ...metrics: string[]): Widget {
  return { title, metrics: metrics.map((metric) => ["AWS/Lambda", metric, "FunctionName", functionName]) };
}

function atMost(title: string, ...widgets: Widget[]): Widget {
  return { title, metrics: widgets.flatMap(({ metrics }) => metrics), stat: "Maximum" };
}

function table(title: string, tableName: string, ...metrics: string[]): Widget {
  return { title, metrics: metrics.map((metric) => ["AWS/DynamoDB", metric, "TableName", tableName]) };
}

function queue(title: string, queueName: string, ...metrics: string[]): Widget {
  return {
    title,
    stat: "Maximum",
    metrics: metrics.map((metric) => ["AWS/SQS", metric, "QueueName", queueName]),
  };
}

function queues(title: string, metric: string, ...queueNames: string[]): Widget {
  return {
    title,
    stat: "Maximum",
    metrics: queueNames.map((name) => ["AWS/SQS", metric, "QueueName", name]),
  };
}

function widget(type: string, position: object, properties: object) {
  return { type, ...position, properties };
}
