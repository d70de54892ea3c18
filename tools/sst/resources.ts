import * as z from "zod";

import { type Graph, resourcesOf } from "./graph.ts";

/** The inputs of the app's resources that are read: by the summary, and by the tests. */

const capacity = {
  readCapacity: z.number().optional(),
  writeCapacity: z.number().optional(),
  onDemandThroughput: z.object({ maxWriteRequestUnits: z.number() }).optional(),
};

const index = z.object({
  ...capacity,
  name: z.string(),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  projectionType: z.string(),
});

export const Table = z.object({
  ...capacity,
  name: z.string(),
  attributes: z.array(z.object({ name: z.string(), type: z.string() })),
  hashKey: z.string(),
  rangeKey: z.string().optional(),
  billingMode: z.string(),
  tableClass: z.string(),
  globalSecondaryIndexes: z.array(index),
  pointInTimeRecovery: z.object({ enabled: z.boolean() }),
  ttl: z.object({ attributeName: z.string(), enabled: z.boolean() }).optional(),
  deletionProtectionEnabled: z.boolean(),
});

export const Queue = z.object({
  name: z.string(),
  messageRetentionSeconds: z.number(),
  visibilityTimeoutSeconds: z.number(),
  sqsManagedSseEnabled: z.boolean(),
  redrivePolicy: fromJson(
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }),
  ).optional(),
});

export const LambdaFunction = z.object({
  name: z.string(),
  description: z.string(),
  handler: z.string(),
  runtime: z.string(),
  architectures: z.array(z.string()),
  memorySize: z.number(),
  timeout: z.number(),
  environment: z.object({ variables: z.record(z.string(), z.string()) }),
  loggingConfig: z.object({
    logFormat: z.string(),
    logGroup: z.string(),
    applicationLogLevel: z.string().optional(),
  }),
});

export const LogGroup = z.object({ name: z.string(), retentionInDays: z.number() });

export const EventSourceMapping = z.object({
  eventSourceArn: z.string(),
  functionName: z.string(),
  batchSize: z.number(),
  maximumBatchingWindowInSeconds: z.number(),
  functionResponseTypes: z.array(z.string()),
  scalingConfig: z.object({ maximumConcurrency: z.number() }).optional(),
});

export const EventInvokeConfig = z.object({
  maximumEventAgeInSeconds: z.number(),
  maximumRetryAttempts: z.number(),
  destinationConfig: z.object({ onFailure: z.object({ destination: z.string() }) }),
});

export const Schedule = z.object({
  name: z.string(),
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().optional(),
  state: z.string(),
  target: z.object({
    arn: z.string(),
    /** Only the fetcher is told anything. */
    input: fromJson(z.object({ shard: z.object({ index: z.number(), total: z.number() }).optional() })),
    deadLetterConfig: z.object({ arn: z.string() }),
    retryPolicy: z.object({ maximumRetryAttempts: z.number(), maximumEventAgeInSeconds: z.number() }),
  }),
});

const metric = z.object({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z.record(z.string(), z.string()),
  period: z.number(),
  stat: z.string().optional(),
});

export const Alarm = z.object({
  name: z.string(),
  alarmDescription: z.string(),
  alarmActions: z.array(z.string()),
  okActions: z.array(z.string()).optional(),
  comparisonOperator: z.string(),
  threshold: z.number(),
  evaluationPeriods: z.number(),
  datapointsToAlarm: z.number().optional(),
  treatMissingData: z.string(),
  ...metric.partial().shape,
  statistic: z.string().optional(),
  metricQueries: z
    .array(z.object({ id: z.string(), expression: z.string().optional(), metric: metric.optional() }))
    .optional(),
});

export const Subscription = z.object({ topic: z.string(), protocol: z.string(), endpoint: z.string() });

/**
 * The resources of a type, read by a schema.
 *
 * @throws {Error} that names the resource whose inputs are not those
 */
export function read<T>(graph: Graph, type: string, schema: z.ZodType<T>): (T & { logicalName: string })[] {
  return resourcesOf(graph, type).map(({ name, inputs }) => {
    const parsed = schema.safeParse(inputs);
    if (!parsed.success) throw new Error(`${type} ${name}: ${z.prettifyError(parsed.error)}`);
    return { ...parsed.data, logicalName: name };
  });
}

/** The metrics of all alarms: CloudWatch charges an alarm on an expression for each metric in it. */
export function alarmMetrics(graph: Graph): number {
  return read(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", Alarm)
    .map(({ metricQueries }) => metricQueries?.filter(({ metric }) => metric !== undefined).length ?? 1)
    .reduce((sum, metrics) => sum + metrics, 0);
}

/** The units of all tables and their indexes; `undefined` on demand. */
export function provisionedUnits(tables: readonly z.infer<typeof Table>[]) {
  const billed = tables
    .filter(({ billingMode }) => billingMode === "PROVISIONED")
    .flatMap((table) => [table, ...table.globalSecondaryIndexes]);
  if (billed.length === 0) return undefined;
  return {
    writeUnits: billed.reduce((sum, { writeCapacity = 0 }) => sum + writeCapacity, 0),
    readUnits: billed.reduce((sum, { readCapacity = 0 }) => sum + readCapacity, 0),
  };
}

function fromJson<T>(schema: z.ZodType<T>) {
  return z
    .string()
    .pipe(z.transform((text: string): unknown => JSON.parse(text)))
    .pipe(schema);
}
