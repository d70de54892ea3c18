import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from "@energylive/core/settings/metrics";
import { resourceNames } from "@energylive/core/settings/names";
import { describe, expect, inject, it } from "vitest";

import { resource, resourcesOf } from "../../tools/sst/graph.ts";
import { Alarm, alarmMetrics, read } from "../../tools/sst/resources.ts";

const graphs = inject("graphs");

describe.each(["production", "staging"] as const)("the alarms of %s", (stage) => {
  const graph = graphs[stage];
  const names = resourceNames(stage);
  const intervalSeconds = stage === "production" ? 300 : 60;
  const alarms = read(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", Alarm);
  const alarm = (name: string) => alarms.find(({ logicalName }) => logicalName === name);
  const topicArn = expect.stringMatching(new RegExp(`:energylive-${stage}-alarms$`));

  it("say what to do, and notify one topic when they start and, unless they may ring anew at once, when they end", () => {
    const ofEvents = ["ScheduleDlqGrows", "DevicesStopped", "DlqGrows"];
    for (const { alarmDescription, alarmActions, okActions = [], name, logicalName } of alarms) {
      expect(alarmDescription.length, name).toBeGreaterThan(80);
      expect(alarmDescription.length, name).toBeLessThanOrEqual(1024);
      expect(alarmActions).toEqual([topicArn]);
      expect(okActions).toEqual(ofEvents.includes(logicalName) ? [] : [topicArn]);
    }
  });

  it("fit in the ten metrics that an account has for free, as the pipeline's own metrics do", () => {
    expect(alarmMetrics(graph)).toBeLessThanOrEqual(10);
    expect(Object.keys(METRICS).length).toBeLessThanOrEqual(10);
  });

  it("DlqGrows rings at each new message, however many are there already", () => {
    const messages = (id: string, QueueName: string) => ({
      id,
      metric: {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName },
        stat: "Maximum",
      },
    });
    expect(alarm("DlqGrows")).toMatchObject({
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      datapointsToAlarm: 1,
      metricQueries: [
        messages("measurements", names.measurementDlq),
        messages("profiles", names.profileDlq),
        { expression: "DIFF(FILL(measurements, 0) + FILL(profiles, 0))" },
      ],
    });
  });

  it("ScheduleDlqGrows rings at each message that the schedule or Lambda sends", () => {
    expect(alarm("ScheduleDlqGrows")).toMatchObject({
      namespace: "AWS/SQS",
      metricName: "NumberOfMessagesSent",
      dimensions: { QueueName: names.scheduleDlq },
      statistic: "Sum",
      threshold: 1,
      evaluationPeriods: 1,
    });
  });

  it("OldestMessageTooOld rings when measurements are older than 15 minutes, or load profiles than an hour", () => {
    const age = (id: string, QueueName: string) => ({
      id,
      metric: { metricName: "ApproximateAgeOfOldestMessage", dimensions: { QueueName }, stat: "Maximum" },
    });
    expect(alarm("OldestMessageTooOld")).toMatchObject({
      comparisonOperator: "GreaterThanThreshold",
      threshold: 1,
      metricQueries: [
        age("measurements", names.measurementQueue),
        age("profiles", names.profileQueue),
        { expression: "MAX([FILL(measurements, 0) / 900, FILL(profiles, 0) / 3600])" },
      ],
    });
  });

  it("FetcherNotSucceeding rings when fewer runs succeed than there are shards for three intervals, or without any data", () => {
    expect(alarm("FetcherNotSucceeding")).toMatchObject({
      namespace: METRIC_NAMESPACE,
      metricName: "DevicesPolled",
      dimensions: { [METRIC_DIMENSION]: stage },
      statistic: "SampleCount",
      period: intervalSeconds,
      comparisonOperator: "LessThanThreshold",
      threshold: stage === "production" ? 1 : 3,
      evaluationPeriods: 3,
      treatMissingData: "breaching",
    });
  });

  it("DevicesStopped rings in the interval in which as many devices as configured stop", () => {
    expect(alarm("DevicesStopped")).toMatchObject({
      namespace: METRIC_NAMESPACE,
      metricName: "DevicesStopped",
      dimensions: { [METRIC_DIMENSION]: stage },
      statistic: "Sum",
      period: intervalSeconds,
      threshold: stage === "production" ? 1 : 20,
      evaluationPeriods: 1,
    });
  });

  it("ConsumerErrors rings after errors in two of three periods", () => {
    expect(alarm("ConsumerErrors")).toMatchObject({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: names.consumer },
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    });
  });

  it("DevicesDeferred and MeasurementsReturned ring when they last", () => {
    for (const name of ["DevicesDeferred", "MeasurementsReturned"]) {
      expect(alarm(name)).toMatchObject({
        namespace: METRIC_NAMESPACE,
        metricName: name,
        dimensions: { [METRIC_DIMENSION]: stage },
        threshold: 1,
        evaluationPeriods: 3,
        treatMissingData: "notBreaching",
      });
    }
  });

  it("watch only metrics that are emitted, and periods that CloudWatch accepts", () => {
    for (const { namespace, metricName, period, metricQueries = [], evaluationPeriods, name } of alarms) {
      if (namespace === METRIC_NAMESPACE) expect(Object.keys(METRICS)).toContain(metricName);
      const periods = [period, ...metricQueries.map(({ metric }) => metric?.period)].flatMap(
        (each) => each ?? [],
      );
      for (const seconds of periods) {
        expect(seconds % 60, name).toBe(0);
        expect(seconds * evaluationPeriods, name).toBeLessThanOrEqual(86_400);
      }
    }
  });

  it("reach the topic only from CloudWatch in this account, over TLS", () => {
    const { policy } = resource(graph, "aws:sns/topicPolicy:TopicPolicy", "AlarmsPolicy").inputs;
    expect(JSON.parse(String(policy)).Statement).toMatchObject([
      {
        Effect: "Allow",
        Principal: { Service: ["cloudwatch.amazonaws.com"] },
        Action: ["sns:Publish"],
        Resource: [topicArn],
        Condition: { StringEquals: { "aws:SourceAccount": ["123456789012"] } },
      },
      { Effect: "Deny", Action: ["sns:Publish"], Condition: { Bool: { "aws:SecureTransport": ["false"] } } },
    ]);
  });
});

describe("the e-mail subscription", () => {
  it("subscribes the operator to alarms, and the people to what they are told of", () => {
    expect(resourcesOf(graphs.production, "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
    expect(resourcesOf(graphs.staging, "aws:sns/topicSubscription:TopicSubscription")).toMatchObject([
      {
        inputs: {
          protocol: "email",
          endpoint: "operator@example.com",
          topic: expect.stringMatching(/-alarms$/),
        },
      },
      {
        inputs: {
          protocol: "email",
          endpoint: "people@example.com",
          topic: expect.stringMatching(/-notifications$/),
        },
      },
    ]);
  });
});

describe.each(["production", "staging"] as const)("the dashboard of %s", (stage) => {
  const { dashboardName, dashboardBody } = resource(
    graphs[stage],
    "aws:cloudwatch/dashboard:Dashboard",
    "Dashboard",
  ).inputs;
  const { widgets } = JSON.parse(String(dashboardBody));

  it("shows every alarm and every metric that is emitted", () => {
    expect(dashboardName).toBe(`energylive-${stage}`);
    expect(widgets[0].properties.alarms).toHaveLength(8);
    for (const metric of Object.keys(METRICS)) {
      expect(dashboardBody).toContain(
        JSON.stringify([METRIC_NAMESPACE, metric, METRIC_DIMENSION, stage]).slice(1, -1),
      );
    }
  });

  it("follows the pipeline from left to right, without widgets that overlap", () => {
    const names = resourceNames(stage);
    const columnOf = (text: string) =>
      widgets.find(
        (widget: { type: string }) => widget.type === "metric" && JSON.stringify(widget).includes(text),
      ).x;
    const columns = [
      "DevicesPolled",
      "Fetcher runs",
      `"${names.measurementQueue}"`,
      "MeasurementsStored",
    ].map(columnOf);
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    expect(new Set(columns).size).toBe(columns.length);
    const cells = widgets.map(({ x, y }: { x: number; y: number }) => `${x},${y}`);
    expect(new Set(cells).size).toBe(cells.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
    const rows = widgets.map(({ y }: { y: number }) => y).sort((a: number, b: number) => a - b);
    for (const [index, y] of rows.entries()) expect(y - (rows[index - 1] ?? 0)).toBeLessThanOrEqual(6);
  });
});
