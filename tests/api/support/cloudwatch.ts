import { AwsFailure, startAws, type TestAws } from "../../support/aws.ts";

/** A line of a log group. */
interface LogLine {
  /** Epoch milliseconds. */
  at: number;
  line: string;
}

/** CloudWatch and CloudWatch Logs on loopback, for a stage that is "deployed": they speak the SDK's protocols. */
export interface StandInCloudWatch extends TestAws {
  /** By namespace, metric and statistic: `EnergyLive/MeasurementsStored/Sum`. Times in epoch milliseconds. */
  metrics: Map<string, { dimensions: Record<string, string>; points: [at: number, value: number][] }>;
  /** By log group. */
  logs: Map<string, LogLine[]>;
  /** These actions are refused: the credentials may not do them. */
  denied: Set<string>;
}

/** Events of one answer: FilterLogEvents goes on over pages. */
const EVENTS_PER_PAGE = 2;

interface MetricQuery {
  Id: string;
  MetricStat: {
    Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
    Stat: string;
  };
}

export async function startStandInCloudWatch(): Promise<StandInCloudWatch> {
  const metrics: StandInCloudWatch["metrics"] = new Map();
  const logs: StandInCloudWatch["logs"] = new Map();
  const denied = new Set<string>();

  function metricData(input: { MetricDataQueries: MetricQuery[]; StartTime: number; EndTime: number }) {
    const MetricDataResults = input.MetricDataQueries.map(({ Id, MetricStat: { Metric, Stat } }) => {
      const found = metrics.get(`${Metric.Namespace}/${Metric.MetricName}/${Stat}`);
      const isAsked = Metric.Dimensions.every(({ Name, Value }) => found?.dimensions[Name] === Value);
      const points = (isAsked ? (found?.points ?? []) : []).filter(
        ([at]) => at >= input.StartTime * 1000 && at < input.EndTime * 1000,
      );
      return {
        Id,
        StatusCode: "Complete",
        Timestamps: points.map(([at]) => at / 1000),
        Values: points.map(([, value]) => value),
      };
    });
    return { MetricDataResults };
  }

  function logEvents(input: {
    logGroupName: string;
    startTime: number;
    filterPattern: string;
    nextToken?: string;
  }) {
    const wanted = /\$\.event = "(\w+)"/.exec(input.filterPattern)?.[1] ?? "";
    const found = (logs.get(input.logGroupName) ?? []).filter(
      ({ at, line }) => at >= input.startTime && line.includes(`"event":"${wanted}"`),
    );
    const from = Number(input.nextToken ?? 0);
    const events = found.slice(from, from + EVENTS_PER_PAGE);
    const next = from + EVENTS_PER_PAGE;
    return {
      events: events.map(({ at, line }) => ({ timestamp: at, message: line })),
      ...(next < found.length ? { nextToken: String(next) } : {}),
    };
  }

  const aws = await startAws(({ operation, input }) => {
    if (denied.has(operation)) {
      const message = `User: arn:aws:iam::123456789012:user/reader is not authorized to perform: ${operation}`;
      return new AwsFailure("AccessDeniedException", message);
    }
    return operation === "GetMetricData" ? metricData(input) : logEvents(input);
  });
  return { ...aws, metrics, logs, denied };
}
