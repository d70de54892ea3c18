import { statementsOf } from "../iam/policy.ts";
import type { Graph } from "../sst/graph.ts";
import {
  Alarm,
  EventSourceMapping,
  LambdaFunction,
  LogGroup,
  Queue,
  read,
  Schedule,
  Subscription,
  Table,
} from "../sst/resources.ts";
import type { Load } from "./cost.ts";
import {
  describeAlarm,
  describeFunction,
  describeMapping,
  describeQueue,
  describeSchedule,
  describeTable,
  row,
} from "./describe.ts";

/** What a person reads before giving an app an account: the resources by what they are for, then what they cost. */
export function summary(graph: Graph, load: Load, bill: readonly string[]): string {
  const { protect, providers } = graph.app;
  return [
    `energylive, stage ${graph.stage}, ${providers.aws.region}: ${graph.resources.length} resources${protect ? ", protected from removal" : ""}`,
    section("Storage", storage(graph)),
    section("Queues", read(graph, "aws:sqs/queue:Queue", Queue).flatMap(describeQueue)),
    section("Functions", functions(graph)),
    section("Schedules", read(graph, "aws:scheduler/schedule:Schedule", Schedule).flatMap(describeSchedule)),
    section("Alarms", alarms(graph)),
    section(
      `Cost a month, for ${load.devices} ${load.devices === 1 ? "device" : "devices"} with ${load.measurementsPerPoll} new measurements a poll, in US dollars`,
      bill,
    ),
    section("After the deployment", outputs(graph)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return ["", title, ...lines].join("\n");
}

function storage(graph: Graph): string[] {
  return read(graph, "aws:dynamodb/table:Table", Table).flatMap((table) => {
    const retained = graph.resources.some(
      ({ name, retainOnDelete }) => name === table.logicalName && retainOnDelete,
    );
    return describeTable(table, retained);
  });
}

function functions(graph: Graph): string[] {
  const logGroups = read(graph, "aws:cloudwatch/logGroup:LogGroup", LogGroup);
  const mappings = read(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", EventSourceMapping);
  return read(graph, "aws:lambda/function:Function", LambdaFunction).flatMap((lambda) => {
    const component = lambda.logicalName.replace(/Function$/, "");
    return [
      ...describeFunction(lambda, {
        statements: statementsOf(graph, `${component}Role`),
        bytes: graph.bundles[component],
        logRetentionDays: logGroups.find(({ name }) => name === lambda.loggingConfig.logGroup)
          ?.retentionInDays,
      }),
      ...mappings
        .filter(({ functionName }) => functionName.endsWith(`:${lambda.name}`))
        .flatMap(describeMapping),
    ];
  });
}

function alarms(graph: Graph): string[] {
  const emails = read(graph, "aws:sns/topicSubscription:TopicSubscription", Subscription).map(
    ({ endpoint }) => endpoint,
  );
  const found = read(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", Alarm);
  if (found.length === 0) return [row("none", "ENERGYLIVE_MONITORING is off")];
  return [
    ...found.flatMap(describeAlarm),
    emails.length > 0
      ? row("told to", emails.join(", "))
      : row("told to", "nobody: set ENERGYLIVE_ALARM_EMAIL to have them sent"),
  ];
}

function outputs(graph: Graph): string[] {
  return Object.entries(graph.outputs)
    .filter(([name]) => !name.startsWith("_"))
    .map(([name, value]) => row(name, String(value)));
}
