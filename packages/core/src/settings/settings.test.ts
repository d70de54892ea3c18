import { describe, expect, it } from "vitest";

import { ConfigurationError } from "./configuration-error.ts";
import { ConsumerEnvironment, FetcherEnvironment, logLevel, parseEnvironment } from "./environment.ts";
import { resourceNames } from "./names.ts";

const COMPLETE = {
  STAGE: "test",
  DEVICES_TABLE: "EnergyLiveDevices-test",
  MEASUREMENTS_TABLE: "EnergyLiveData-test",
  MEASUREMENT_QUEUE_URL: "https://sqs.eu-central-1.amazonaws.com/1/energylive-test-measurements",
  MEASUREMENT_DLQ_URL: "https://sqs.eu-central-1.amazonaws.com/1/energylive-test-measurements-dlq",
  API_KEY_PATH: "/energylive/test/keys/",
};

describe("the environment of the handlers", () => {
  it("has defaults for all that has a sensible one", () => {
    expect(parseEnvironment(FetcherEnvironment, COMPLETE)).toMatchObject({
      ENERGYLIVE_API_URL: "https://backend.energylive.e-steiermark.com/api/v1",
      POLL_CONCURRENCY: 25,
      POLL_TIMEOUT_MS: 10_000,
      LOG_LEVEL: "info",
    });
  });

  it("names every variable that is missing or malformed, and shows no value", () => {
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

  it("counts an empty variable as one that is not set", () => {
    expect(() => parseEnvironment(ConsumerEnvironment, { ...COMPLETE, MEASUREMENTS_TABLE: "" })).toThrow(
      /MEASUREMENTS_TABLE is not set/,
    );
  });

  it("logs at debug with DEBUG=true, as the Python collector did", () => {
    expect(logLevel(parseEnvironment(ConsumerEnvironment, { ...COMPLETE, DEBUG: "true" }))).toBe("debug");
    expect(logLevel(parseEnvironment(ConsumerEnvironment, { ...COMPLETE, LOG_LEVEL: "warn" }))).toBe("warn");
  });
});

describe("the names of a stage", () => {
  it("are plain in production and carry the stage elsewhere", () => {
    expect(resourceNames("production")).toMatchObject({
      measurementsTable: "EnergyLiveData",
      devicesTable: "EnergyLiveDevices",
      measurementQueue: "energylive-production-measurements",
      measurementDlq: "energylive-production-measurements-dlq",
      apiKeyPath: "/energylive/production/keys/",
    });
    expect(resourceNames("anna")).toMatchObject({
      measurementsTable: "EnergyLiveData-anna",
      devicesTable: "EnergyLiveDevices-anna",
    });
  });

  it.each(["", "a/b", "x".repeat(41), "-a"])("refuse a stage that AWS would: %j", (stage) => {
    expect(() => resourceNames(stage)).toThrow(RangeError);
  });
});
