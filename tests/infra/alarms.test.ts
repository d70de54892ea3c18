import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS } from "@energylive/core/settings/metrics";
import { resourceNames } from "@energylive/core/settings/names";
import { describe, expect, inject, it } from "vitest";

import { resource, resourcesOf } from "../../tools/sst/graph.ts";
import { Alarm, read } from "../../tools/sst/resources.ts";

const graphs = inject("graphs");

describe.each(["production", "staging"] as const)("the alarms of %s", (stage) => {
  const graph = graphs[stage];
  const names = resourceNames(stage);
  const intervalSeconds = stage === "production" ? 300 : 60;
  const alarms = read(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", Alarm);
  const alarm = (name: string) => alarms.find(({ logicalName }) => logicalName === name);
  const topicArn = expect.stringMatching(new RegExp(`:energylive-${stage}-alarms$`));

  it("say what to do, and notify one topic when they start and when they end", () => {
    for (const { alarmDescription, alarmActions, okActions, name } of alarms) {
      expect(alarmDescription.length, name).toBeGreaterThan(80);
      expect(alarmDescription.length, name).toBeLessThanOrEqual(1024);
      expect([alarmActions, okActions]).toEqual([[topicArn], [topicArn]]);
    }
  });

  it.each([
    ["MeasurementDlqNotEmpty", names.measurementDlq],
    ["ScheduleDlqNotEmpty", names.scheduleDlq],
  ])("%s rings at the first message", (name, queue) => {
    expect(alarm(name)).toMatchObject({
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 1,
    });
  });

  it("OldestMessageTooOld rings above 15 minutes", () => {
    expect(alarm("OldestMessageTooOld")).toMatchObject({
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: names.measurementQueue },
      comparisonOperator: "GreaterThanThreshold",
      threshold: 900,
    });
  });

  it("FetcherNotSucceeding rings when fewer runs succeed than there are shards for three intervals, or without any data", () => {
    const found = alarm("FetcherNotSucceeding");
    expect(found).toMatchObject({
      comparisonOperator: "LessThanThreshold",
      threshold: stage === "production" ? 1 : 3,
      evaluationPeriods: 3,
      treatMissingData: "breaching",
    });
    const metrics = found?.metricQueries?.flatMap(({ metric }) => metric ?? []);
    expect(
      metrics?.map(({ metricName, period, dimensions }) => [metricName, period, dimensions.FunctionName]),
    ).toEqual([
      ["Invocations", intervalSeconds, names.fetcher],
      ["Errors", intervalSeconds, names.fetcher],
    ]);
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

  it("WritesThrottled, MeasurementsReturned and DevicesStale ring when they last, on metrics that the handlers emit", () => {
    for (const name of ["WritesThrottled", "MeasurementsReturned", "DevicesStale"]) {
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
  it("subscribes an e-mail address if one is configured", () => {
    expect(resourcesOf(graphs.production, "aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
    expect(resourcesOf(graphs.staging, "aws:sns/topicSubscription:TopicSubscription")).toMatchObject([
      { inputs: { protocol: "email", endpoint: "operator@example.com" } },
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
    expect(widgets[0].properties.alarms).toHaveLength(9);
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
      "MeasurementsPublished",
      `"${names.measurementQueue}"`,
      "MeasurementsStored",
    ].map(columnOf);
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    expect(new Set(columns).size).toBe(columns.length);
    const cells = widgets.map(({ x, y }: { x: number; y: number }) => `${x},${y}`);
    expect(new Set(cells).size).toBe(cells.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });
});
