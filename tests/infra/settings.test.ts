import { describe, expect, it } from "vitest";

import { readRegion, readSettings } from "../../stacks/config.ts";

describe("a stage's settings", () => {
  it("has a default for everything", () => {
    expect(readSettings({})).toEqual({
      alertRules: [{ rule: "no_data", minutes: 60 }],
      region: "eu-central-1",
      intervalSeconds: 300,
      shards: 1,
      pollConcurrency: 25,
      pollTimeoutMs: 10_000,
      apiUrl: "https://backend.energylive.e-steiermark.com/api/v1",
      table: { units: undefined, maxWrites: 25, class: "standard" },
      retentionDays: 365,
      archiveColdAfterDays: undefined,
      batchSize: 150,
      maximumConcurrency: 5,
      pointInTimeRecovery: undefined,
      priceSource: "energy-charts",
      notifyEmail: undefined,
      dashboardUrl: undefined,
      logLevel: "info",
      logRetention: "1 month",
      monitoring: "on",
      alarmDevices: 1,
      alarmEmail: undefined,
    });
  });

  it.each([
    ["ENERGYLIVE_REGION", "frankfurt"],
    ["ENERGYLIVE_INTERVAL_SECONDS", "90"],
    ["ENERGYLIVE_INTERVAL_SECONDS", "30"],
    ["ENERGYLIVE_SHARDS", "two"],
    ["ENERGYLIVE_SHARDS", "0"],
    ["ENERGYLIVE_POLL_CONCURRENCY", "501"],
    ["ENERGYLIVE_POLL_TIMEOUT_MS", "1"],
    ["ENERGYLIVE_API_URL", "http://energylive.example"],
    ["ENERGYLIVE_TABLE_CAPACITY", "4"],
    ["ENERGYLIVE_TABLE_CAPACITY", "much"],
    ["ENERGYLIVE_TABLE_MAX_WRITES", "0"],
    ["ENERGYLIVE_TABLE_CLASS", "cheap"],
    ["ENERGYLIVE_RETENTION_DAYS", "0"],
    ["ENERGYLIVE_ARCHIVE_COLD_AFTER_DAYS", "7"],
    ["ENERGYLIVE_BATCH_SIZE", "10001"],
    ["ENERGYLIVE_MAXIMUM_CONCURRENCY", "1"],
    ["ENERGYLIVE_POINT_IN_TIME_RECOVERY", "yes"],
    ["ENERGYLIVE_ALERT_RULES", "silence"],
    ["ENERGYLIVE_ALERT_RULES", `[{"rule":"silence"}]`],
    ["ENERGYLIVE_LOG_LEVEL", "loud"],
    ["ENERGYLIVE_LOG_RETENTION", "40 days"],
    ["ENERGYLIVE_MONITORING", "no"],
    ["ENERGYLIVE_ALARM_DEVICES", "0"],
    ["ENERGYLIVE_ALARM_EMAIL", "operator"],
    ["ENERGYLIVE_NOTIFY_EMAIL", "people"],
    ["ENERGYLIVE_DASHBOARD_URL", "here"],
  ])("names %s when it is %s, in one line", (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^${name} [^\n]+$`));
  });

  it("takes on-demand, which is the default, as a capacity", () => {
    expect(readSettings({ ENERGYLIVE_TABLE_CAPACITY: "on-demand" })).toEqual(readSettings({}));
  });

  it("splits provisioned units over tables and index, all of AWS's free ones too", () => {
    const units = (capacity: string) => readSettings({ ENERGYLIVE_TABLE_CAPACITY: capacity }).table.units;
    expect(units("5")).toEqual({ measurements: 2, devices: 1 });
    expect(units("25")).toEqual({ measurements: 12, devices: 1 });
    expect(units("8050")).toEqual({ measurements: 3857, devices: 335 });
  });

  it("paces the consumer to what the table takes, unless told otherwise", () => {
    const pace = (variables: Record<string, string>) => {
      const { batchSize, maximumConcurrency } = readSettings(variables);
      return [batchSize, maximumConcurrency];
    };
    expect(pace({ ENERGYLIVE_TABLE_CAPACITY: "5" })).toEqual([30, 2]);
    expect(pace({ ENERGYLIVE_TABLE_CAPACITY: "25" })).toEqual([180, 2]);
    expect(pace({ ENERGYLIVE_TABLE_CAPACITY: "8050" })).toEqual([500, 5]);
    expect(pace({ ENERGYLIVE_TABLE_MAX_WRITES: "1" })).toEqual([6, 5]);
    expect(pace({ ENERGYLIVE_TABLE_MAX_WRITES: "5500" })).toEqual([500, 7]);
    expect(pace({ ENERGYLIVE_BATCH_SIZE: "7", ENERGYLIVE_MAXIMUM_CONCURRENCY: "9" })).toEqual([7, 9]);
  });

  it("names every problem at once", () => {
    expect(() => readSettings({ ENERGYLIVE_SHARDS: "two", ENERGYLIVE_LOG_LEVEL: "loud" })).toThrow(
      /^ENERGYLIVE_SHARDS .+; ENERGYLIVE_LOG_LEVEL /,
    );
  });

  it("leaves a malformed region to run(), because SST hides what app() throws", () => {
    expect(readRegion({ ENERGYLIVE_REGION: "eu-west-1" })).toBe("eu-west-1");
    expect(readRegion({ ENERGYLIVE_REGION: "frankfurt" })).toBe("eu-central-1");
    expect(readRegion({})).toBe("eu-central-1");
  });
});
