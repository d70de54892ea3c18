import {
  ArchiverEnvironment,
  ConsumerEnvironment,
  FetcherEnvironment,
  PricesEnvironment,
  ProfilerEnvironment,
  parseEnvironment,
  ReporterEnvironment,
} from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import { describe, expect, inject, it } from "vitest";

import { resource } from "../../tools/sst/graph.ts";
import { EventInvokeConfig, LambdaFunction, LogGroup, read, Schedule } from "../../tools/sst/resources.ts";
import { STAGING_VARIABLES } from "./support/evaluate-stages.ts";

const graphs = inject("graphs");

/** Variables that something other than our code reads. */
const READ_BY_OTHERS: Record<string, string> = {
  NODE_OPTIONS: "Node.js",
  POWERTOOLS_METRICS_DISABLED: "Powertools",
  SST_KEY: "SST, for linked resources; nothing is linked",
  SST_KEY_FILE: "SST, for linked resources; nothing is linked",
  SST_RESOURCE_App: "SST, for linked resources; nothing is linked",
};

describe.each(["production", "staging"] as const)("the functions of %s", (stage) => {
  const graph = graphs[stage];
  const names = resourceNames(stage);
  const functions = read(graph, "aws:lambda/function:Function", LambdaFunction);
  const lambda = (name: string) => {
    const found = functions.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`function ${name} not found`);
    return found;
  };
  const fetcher = lambda(names.fetcher);
  const consumer = lambda(names.consumer);
  const profiler = lambda(names.profiler);
  const prices = lambda(names.prices);
  const reporter = lambda(names.reporter);
  const archiver = lambda(names.archiver);

  it("run on Node.js 24 and arm64, and write JSON logs that expire", () => {
    const logGroups = read(graph, "aws:cloudwatch/logGroup:LogGroup", LogGroup);
    for (const { runtime, architectures, loggingConfig, name } of functions) {
      expect([runtime, architectures]).toEqual(["nodejs24.x", ["arm64"]]);
      expect(loggingConfig).toEqual({
        logFormat: "JSON",
        logGroup: `/aws/lambda/${name}`,
        applicationLogLevel: "DEBUG",
      });
      const days = logGroups.find((group) => group.name === loggingConfig.logGroup)?.retentionInDays;
      expect(days).toBe(stage === "production" ? 30 : 7);
    }
  });

  it.each([
    ["fetcher", fetcher, FetcherEnvironment],
    ["consumer", consumer, ConsumerEnvironment],
    ["profiler", profiler, ProfilerEnvironment],
    ["prices", prices, PricesEnvironment],
    ["reporter", reporter, ReporterEnvironment],
    ["archiver", archiver, ArchiverEnvironment],
  ] as const)("set every variable that the %s reads, and no other", (_name, { environment }, schema) => {
    const set = Object.keys(environment.variables).filter((name) => READ_BY_OTHERS[name] === undefined);
    // The key is only there while it is a secret of the stage.
    const read = Object.keys(schema.shape).filter(
      (name) =>
        (name !== "ENERGYLIVE_API_KEY" || stage === "staging") &&
        // Only the embedded stack has others than the defaults.
        name !== "PROFILE_DELAY_SECONDS" &&
        (name !== "ENERGYLIVE_DASHBOARD_URL" || stage === "staging") &&
        name !== "ENERGYLIVE_PRICE_URL",
    );
    expect(set.sort()).toEqual(read.sort());
    expect(() => parseEnvironment<unknown>(schema, environment.variables)).not.toThrow();
  });

  it("have the memory that was measured, and no more", () => {
    const sizes = [fetcher, consumer, profiler, prices, reporter, archiver].map(
      ({ memorySize }) => memorySize,
    );
    expect(sizes).toEqual([512, 256, 256, 256, 512, 1024]);
  });

  it("get the names of the stage's resources", () => {
    expect(fetcher.environment.variables).toMatchObject({
      STAGE: stage,
      DEVICES_TABLE: names.devicesTable,
      API_KEY_PATH: names.apiKeyPath,
      MEASUREMENT_QUEUE_URL: expect.stringMatching(new RegExp(`/${names.measurementQueue}$`)),
      MEASUREMENT_DLQ_URL: expect.stringMatching(new RegExp(`/${names.measurementDlq}$`)),
    });
    expect(consumer.environment.variables).toMatchObject({
      STAGE: stage,
      MEASUREMENTS_TABLE: names.measurementsTable,
      MEASUREMENT_QUEUE_URL: expect.stringMatching(new RegExp(`/${names.measurementQueue}$`)),
      MEASUREMENT_DLQ_URL: expect.stringMatching(new RegExp(`/${names.measurementDlq}$`)),
    });
  });

  it("tell and hear each other through the same profile queue", () => {
    const url = expect.stringMatching(new RegExp(`/${names.profileQueue}$`));
    expect(consumer.environment.variables).toMatchObject({ PROFILE_QUEUE_URL: url });
    expect(profiler.environment.variables).toMatchObject({
      PROFILE_QUEUE_URL: url,
      PROFILE_DLQ_URL: expect.stringMatching(new RegExp(`/${names.profileDlq}$`)),
      PROFILES_TABLE: names.profilesTable,
    });
  });

  it("tell people on the same channels, and through the same topic", () => {
    for (const { environment } of [profiler, reporter])
      expect(environment.variables).toMatchObject({
        CHANNEL_PATH: names.channelPath,
        NOTIFICATION_TOPIC_ARN: expect.stringMatching(new RegExp(`:${names.notificationTopic}$`)),
      });
  });

  it("have no key in their environment, unless the fetcher's is still a secret of the stage", () => {
    const { ENERGYLIVE_API_KEY: key } = fetcher.environment.variables;
    expect(key).toBe(stage === "production" ? undefined : "(secret)");
    expect(JSON.stringify(consumer)).not.toContain("(secret)");
  });

  it("leave the fetcher time to end before its next event", () => {
    const intervalSeconds = stage === "production" ? 300 : 60;
    expect(fetcher.timeout).toBeLessThan(intervalSeconds);
  });

  it("are invoked by one schedule per shard, which retries and then keeps the event", () => {
    const shards = stage === "production" ? 1 : 3;
    const schedules = read(graph, "aws:scheduler/schedule:Schedule", Schedule).filter(({ name }) =>
      name.includes("-poll-"),
    );
    expect(schedules).toHaveLength(shards);
    schedules.forEach(({ target, scheduleExpression, state, name }, index) => {
      expect(name).toBe(`energylive-${stage}-poll-${index}`);
      expect([scheduleExpression, state]).toEqual([
        stage === "production" ? "rate(5 minutes)" : "rate(1 minute)",
        "ENABLED",
      ]);
      expect(target.input).toEqual({ shard: { index, total: shards } });
      expect(target.arn).toMatch(new RegExp(`:function:${names.fetcher}$`));
      expect(target.retryPolicy.maximumRetryAttempts).toBeGreaterThan(0);
      expect(target.deadLetterConfig.arn).toMatch(new RegExp(`:${names.scheduleDlq}$`));
    });
  });

  it("read prices every hour, archive at night and send reports in the morning by schedules that retry and then keep the event", () => {
    const schedules = read(graph, "aws:scheduler/schedule:Schedule", Schedule);
    const expected = (name: string, invoked: string, maximumEventAgeInSeconds: number, times: object) => ({
      name: `energylive-${stage}-${name}`,
      state: "ENABLED",
      ...times,
      target: {
        arn: expect.stringMatching(new RegExp(`:function:${invoked}$`)),
        deadLetterConfig: { arn: expect.stringMatching(new RegExp(`:${names.scheduleDlq}$`)) },
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds },
      },
    });
    expect(
      schedules.filter(({ name }) => !name.includes("-poll-")).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ).toMatchObject([
      ...Array.from({ length: stage === "production" ? 1 : 3 }, (_, index) =>
        expected(`archive-${index}`, names.archiver, 21_600, {
          scheduleExpression: "cron(30 4 * * ? *)",
          scheduleExpressionTimezone: "Europe/Vienna",
        }),
      ),
      expected("prices", names.prices, 3_600, { scheduleExpression: "rate(60 minutes)" }),
      expected("reports", names.reporter, 21_600, {
        scheduleExpression: "cron(15 6 * * ? *)",
        scheduleExpressionTimezone: "Europe/Vienna",
      }),
    ]);
  });

  it("send an event that the fetcher never finished to the same queue, and none that is out of date", () => {
    const intervalSeconds = stage === "production" ? 300 : 60;
    const config = read(
      graph,
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      EventInvokeConfig,
    ).find(({ logicalName }) => logicalName.startsWith("Fetcher"));
    expect(config).toMatchObject({
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Math.max(180, intervalSeconds),
      destinationConfig: {
        onFailure: { destination: expect.stringMatching(new RegExp(`:${names.scheduleDlq}$`)) },
      },
    });
  });
});

describe("the settings of a stage", () => {
  it("pass the stage's settings to the fetcher", () => {
    const { inputs } = resource(graphs.staging, "aws:lambda/function:Function", "FetcherFunction");
    expect(inputs.environment).toMatchObject({
      variables: {
        POLL_CONCURRENCY: STAGING_VARIABLES.ENERGYLIVE_POLL_CONCURRENCY,
        POLL_TIMEOUT_MS: STAGING_VARIABLES.ENERGYLIVE_POLL_TIMEOUT_MS,
        ENERGYLIVE_API_URL: STAGING_VARIABLES.ENERGYLIVE_API_URL,
        LOG_LEVEL: STAGING_VARIABLES.ENERGYLIVE_LOG_LEVEL,
      },
    });
  });
});
