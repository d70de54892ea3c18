import { describe, expect, it } from "vitest";

import { ConfigurationError } from "./configuration-error.ts";
import { ConsumerEnvironment, FetcherEnvironment, logLevel, parseEnvironment } from "./environment.ts";
import { METRIC_DIMENSION, METRIC_NAMESPACE } from "./metrics.ts";
import { resourceNames } from "./names.ts";
import { DEVICES_TABLE, MEASUREMENTS_TABLE, PROFILES_TABLE } from "./tables.ts";

const COMPLETE = {
  STAGE: "test",
  DEVICES_TABLE: "EnergyLiveDevices-test",
  ALERTS_TABLE: "EnergyLiveAlerts",
  MEASUREMENTS_TABLE: "EnergyLiveData-test",
  MEASUREMENT_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/energylive-test-measurements",
  MEASUREMENT_DLQ_URL: "https://sqs.eu-central-1.amazonaws.com/1/energylive-test-measurements-dlq",
  PROFILE_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/energylive-test-profiles",
  API_KEY_PATH: "/energylive/test/keys/",
};

describe("the environment of the handlers", () => {
  it("has a default for everything that has a sensible one", () => {
    expect(parseEnvironment(FetcherEnvironment, COMPLETE)).toMatchObject({
      ENERGYLIVE_API_URL: "https://backend.energylive.e-steiermark.com/api/v1",
      POLL_CONCURRENCY: 25,
      POLL_TIMEOUT_MS: 10_000,
      LOG_LEVEL: "info",
    });
  });

  it("names every missing or malformed variable, and shows no value", () => {
    const { STAGE: _, ...incomplete } = COMPLETE;
    const variables = {
      ...incomplete,
      POLL_CONCURRENCY: "many",
      MEASUREMENT_QUEUE_URL: "s3cret",
      LOG_LEVEL: "loud",
    };
    const parse = () => parseEnvironment(FetcherEnvironment, variables);
    expect(parse).toThrow(ConfigurationError);
    expect(parse).toThrow(/STAGE is not set/);
    expect(parse).toThrow(/POLL_CONCURRENCY is not a whole number from 1 to 500/);
    expect(parse).toThrow(/MEASUREMENT_QUEUE_URL is not a URL/);
    expect(parse).toThrow(/LOG_LEVEL is none of/);
    expect(parse).not.toThrow(/s3cret|many|loud/);
  });

  it("checks each value", () => {
    const problems = (variables: Record<string, string | undefined>): readonly string[] => {
      try {
        parseEnvironment(FetcherEnvironment, { ...COMPLETE, ...variables });
        return [];
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        expect(error.name).toBe("ConfigurationError");
        expect(error.message).toBe(
          `${error.problems.join("; ")} (docs/configuration.md lists every setting)`,
        );
        return error.problems;
      }
    };
    expect(problems({ POLL_CONCURRENCY: " 500 ", POLL_TIMEOUT_MS: "100", API_KEY_PATH: "/a/" })).toEqual([]);
    for (const level of ["debug", "info", "warn", "error", "silent"])
      expect(problems({ LOG_LEVEL: level })).toEqual([]);
    expect(problems({ STAGE: undefined })).toEqual(["STAGE is not set"]);
    expect(new ConfigurationError(["a is wrong", "b too"]).message).toMatch(/^a is wrong; b too \(/);
    expect(problems({ POLL_CONCURRENCY: "0" })).toEqual(["POLL_CONCURRENCY is below 1"]);
    expect(problems({ POLL_CONCURRENCY: "501" })).toEqual(["POLL_CONCURRENCY is above 500"]);
    for (const number of ["5x", "x5", "1.5", "-1"])
      expect(problems({ POLL_TIMEOUT_MS: number })).toEqual([
        "POLL_TIMEOUT_MS is not a whole number from 100 to 60000",
      ]);
    for (const path of ["a/", "/a", "x/a/", "/a/x"])
      expect(problems({ API_KEY_PATH: path })).toEqual(["API_KEY_PATH does not start and end with a slash"]);
    expect(problems({ LOG_LEVEL: "loud" })).toEqual([
      "LOG_LEVEL is none of debug, info, warn, error, silent",
    ]);
  });

  it("counts an empty variable as not set", () => {
    expect(() => parseEnvironment(ConsumerEnvironment, { ...COMPLETE, MEASUREMENTS_TABLE: "" })).toThrow(
      /MEASUREMENTS_TABLE is not set/,
    );
  });

  it("logs at debug with DEBUG=true, as the Python collector did", () => {
    expect(logLevel(parseEnvironment(ConsumerEnvironment, { ...COMPLETE, DEBUG: "true" }))).toBe("debug");
    expect(logLevel(parseEnvironment(ConsumerEnvironment, { ...COMPLETE, LOG_LEVEL: "warn" }))).toBe("warn");
    const quiet = { ...COMPLETE, DEBUG: "false", LOG_LEVEL: "error" };
    expect(logLevel(parseEnvironment(ConsumerEnvironment, quiet))).toBe("error");
    expect(parseEnvironment(ConsumerEnvironment, COMPLETE).DEBUG).toBe("false");
  });
});

describe("the names of a stage", () => {
  it("uses plain names in production and adds the stage elsewhere", () => {
    expect(resourceNames("production")).toEqual({
      measurementsTable: "EnergyLiveData",
      devicesTable: "EnergyLiveDevices",
      profilesTable: "EnergyLiveProfiles",
      pricesTable: "EnergyLivePrices",
      tariffsTable: "EnergyLiveTariffs",
      alertsTable: "EnergyLiveAlerts",
      measurementQueue: "energylive-production-measurements",
      measurementDlq: "energylive-production-measurements-dlq",
      profileQueue: "energylive-production-profiles",
      profileDlq: "energylive-production-profiles-dlq",
      scheduleDlq: "energylive-production-schedule-dlq",
      fetcher: "energylive-production-fetcher",
      consumer: "energylive-production-consumer",
      profiler: "energylive-production-profiler",
      prices: "energylive-production-prices",
      reporter: "energylive-production-reporter",
      archiver: "energylive-production-archiver",
      archiveDatabase: "energylive_production",
      archiveWorkgroup: "energylive-production",
      dashboard: "energylive-production",
      alarmTopic: "energylive-production-alarms",
      notificationTopic: "energylive-production-notifications",
      apiKeyPath: "/energylive/production/keys/",
      channelPath: "/energylive/production/channels/",
      tokenPath: "/energylive/production/tokens/",
    });
    expect(resourceNames("anna")).toMatchObject({
      measurementsTable: "EnergyLiveData-anna",
      devicesTable: "EnergyLiveDevices-anna",
    });
  });

  it.each(["", "a/b", "a b", "x".repeat(41), "-a", "\u00e4"])(
    "refuses a stage that AWS would refuse: %j",
    (stage) => {
      expect(() => resourceNames(stage)).toThrow(RangeError);
      expect(() => resourceNames(stage)).toThrow(`stage "${stage}" cannot be part of a queue's name`);
    },
  );
});

describe("what people have built upon", () => {
  it("keeps the names that people rely on: metrics, keys of the tables", () => {
    expect([METRIC_NAMESPACE, METRIC_DIMENSION]).toEqual(["EnergyLive", "Stage"]);
    expect(MEASUREMENTS_TABLE).toEqual({
      attributes: { device_id: "S", measurement_key: "S", measurement_type: "S", timestamp: "N" },
      partitionKey: "device_id",
      sortKey: "measurement_key",
      indexes: { MeasurementTypeIndex: { partitionKey: "measurement_type", sortKey: "timestamp" } },
      ttlAttribute: "ttl",
    });
    expect(PROFILES_TABLE).toEqual({
      attributes: { device_id: "S", day: "S" },
      partitionKey: "device_id",
      sortKey: "day",
      indexes: {},
    });
    expect(DEVICES_TABLE).toEqual({ attributes: { device_id: "S" }, partitionKey: "device_id", indexes: {} });
  });
});
