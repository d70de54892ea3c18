import { describe, expect, inject, it } from "vitest";

import { evaluate } from "../../tools/sst/evaluate.ts";
import { resourcesOf } from "../../tools/sst/graph.ts";

const { production, staging } = inject("graphs");

describe("production", () => {
  it("refuses removal and keeps its tables when it is removed anyway", () => {
    expect(production.app).toMatchObject({ protect: true, removal: "retain" });
    const tables = resourcesOf(production, "aws:dynamodb/table:Table");
    expect(tables).toHaveLength(6);
    for (const table of tables) {
      expect(table.retainOnDelete).toBe(true);
      expect(table.inputs.deletionProtectionEnabled).toBe(true);
    }
  });

  it("is deployed to Frankfurt unless configured otherwise", () => {
    expect(production.app.providers.aws.region).toBe("eu-central-1");
  });
});

describe("another stage", () => {
  it("removes everything of another stage", () => {
    expect(staging.app).toMatchObject({ protect: false, removal: "remove" });
    for (const table of resourcesOf(staging, "aws:dynamodb/table:Table")) {
      expect(table.inputs.deletionProtectionEnabled).toBe(false);
    }
    expect(staging.resources.filter(({ retainOnDelete }) => retainOnDelete)).toEqual([]);
  });

  it("deploys to the configured region", () => {
    expect(staging.app.providers.aws.region).toBe("eu-west-1");
  });
});

describe("a deployment", () => {
  it("ends with what is needed next: names, URLs, the dashboard and commands", () => {
    expect(production.outputs).toMatchObject({
      measurementsTable: "EnergyLiveData",
      devicesTable: "EnergyLiveDevices",
      measurementQueueUrl: expect.stringMatching(/\/energylive-production-measurements$/),
      measurementDlqUrl: expect.stringMatching(/\/energylive-production-measurements-dlq$/),
      dashboard:
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/energylive-production",
      firstKey: "AWS_REGION=eu-central-1 npx energylive keys set default --stage production",
      archiveBucket: expect.stringMatching(/^energylive-production-archivebucket-/),
      firstDevices: "AWS_REGION=eu-central-1 npx energylive devices discover --stage production",
    });
    expect(staging.outputs).toMatchObject({ measurementsTable: "EnergyLiveData-staging" });
  });

  const TABLE = "aws:dynamodb/getTable:getTable";
  const ours = (name: string) => ({ name, rangeKey: name === "EnergyLiveData" ? "measurement_key" : "" });
  const existing = { [TABLE]: [ours("EnergyLiveData"), ours("EnergyLiveDevices")] };

  it("fails before anything is made over the table of another collector, and says what to do", async () => {
    const oldTable = { [TABLE]: [{ name: "EnergyLiveData", rangeKey: "timestamp" }] };
    await expect(evaluate("production", {}, { existing: oldTable })).rejects.toThrow(
      /^the table EnergyLiveData has the keys of another collector: deploy under another stage name/,
    );
  }, 60_000);

  it("fails before anything is made over the tables of a removed stage, and says what to do", async () => {
    await expect(evaluate("production", {}, { existing })).rejects.toThrow(
      /^EnergyLiveData and EnergyLiveDevices are left of a stage that was removed: .*docs\/deploy\.md/,
    );
  }, 60_000);

  it("goes on over its own tables, also after a deployment that stopped half-way", async () => {
    const queue = { "aws:sqs/getQueue:getQueue": [{ name: "energylive-production-measurements" }] };
    const { resources } = await evaluate("production", {}, { existing: { ...existing, ...queue } });
    expect(resources).toHaveLength(production.resources.length);
  }, 60_000);

  it("is refused for sst dev, which cannot work", async () => {
    await expect(evaluate("anna", {}, { isDev: true })).rejects.toThrow(
      "sst dev is not supported: npm start runs the same handlers on this machine",
    );
  }, 60_000);

  it("consists of these resources and no others", () => {
    const counts = (graph: typeof production) => {
      const types = graph.resources.map(({ type }) => type.replace(/^aws:.*:/, ""));
      return Object.fromEntries(
        [...new Set(types)].map((type) => [type, types.filter((each) => each === type).length]),
      );
    };
    const always = {
      Bucket: 1,
      BucketLifecycleConfiguration: 1,
      BucketObjectv2: 6,
      BucketPolicy: 1,
      BucketPublicAccessBlock: 1,
      BucketServerSideEncryptionConfiguration: 1,
      CatalogDatabase: 1,
      CatalogTable: 5,
      Dashboard: 1,
      EventSourceMapping: 2,
      Function: 6,
      FunctionEventInvokeConfig: 4,
      LogGroup: 6,
      MetricAlarm: 8,
      Queue: 5,
      QueuePolicy: 5,
      RedriveAllowPolicy: 5,
      Table: 6,
      Topic: 2,
      TopicPolicy: 2,
      Workgroup: 1,
      "random:index/randomBytes:RandomBytes": 1,
    };
    expect(counts(production)).toEqual({ ...always, Role: 10, Schedule: 4 });
    expect(counts(staging)).toEqual({ ...always, Role: 14, Schedule: 8, TopicSubscription: 2 });
  });
});
