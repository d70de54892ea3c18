import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DescribeTableCommand, DynamoDBClient, type KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { resourceNames } from "@energylive/core/settings/names";
import { stageTables } from "@energylive/core/settings/tables";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { awsConfig } from "@energylive/local/services/loopback";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

import { read, Table } from "../../tools/sst/resources.ts";

const graphs = inject("graphs");

type Index = ReturnType<typeof Table.parse>["globalSecondaryIndexes"][number];

describe.each(["production", "staging"] as const)("the tables of %s", (stage) => {
  const tables = read(graphs[stage], "aws:dynamodb/table:Table", Table);
  const names = resourceNames(stage);
  const table = (name: string) => tables.find((candidate) => candidate.name === name);

  it("have the names that the command uses", () => {
    expect(tables.map(({ name }) => name).sort()).toEqual(
      stageTables(names)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it("answer for one type over all devices", () => {
    expect(table(names.measurementsTable)?.globalSecondaryIndexes).toEqual([
      expect.objectContaining({
        name: "MeasurementTypeIndex",
        hashKey: "measurement_type",
        rangeKey: "timestamp",
        projectionType: "ALL",
      }),
    ]);
  });

  it("in production can be restored to any second of the last 35 days", () => {
    for (const { pointInTimeRecovery } of tables)
      expect(pointInTimeRecovery.enabled).toBe(stage === "production");
  });

  it("let measurements expire, and never a device or a load profile", () => {
    expect(table(names.profilesTable)?.ttl).toBeUndefined();
    expect(table(names.measurementsTable)?.ttl).toEqual({ attributeName: "ttl", enabled: true });
    expect(table(names.devicesTable)?.ttl).toBeUndefined();
  });
});

describe("the capacity of the tables", () => {
  const capacity = ({ name, readCapacity, writeCapacity, onDemandThroughput }: Partial<Index>) => ({
    name,
    ...(readCapacity === undefined ? {} : { readCapacity, writeCapacity }),
    ...(onDemandThroughput === undefined ? {} : onDemandThroughput),
  });
  const tablesByName = (stage: "production" | "staging") =>
    read(graphs[stage], "aws:dynamodb/table:Table", Table).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const capacities = (stage: "production" | "staging") =>
    tablesByName(stage).flatMap(({ billingMode, tableClass, globalSecondaryIndexes, ...table }) => [
      { billingMode, tableClass, ...capacity(table) },
      ...globalSecondaryIndexes.map(capacity),
    ]);

  it("is billed by use, with a bound on what the measurements of a hostile device can cost", () => {
    const onDemand = { billingMode: "PAY_PER_REQUEST", tableClass: "STANDARD" };
    expect(capacities("production")).toEqual([
      { ...onDemand, name: "EnergyLiveAlerts" },
      { name: "OpenAlertsIndex" },
      { ...onDemand, name: "EnergyLiveData", maxWriteRequestUnits: 25 },
      { name: "MeasurementTypeIndex", maxWriteRequestUnits: 25 },
      { ...onDemand, name: "EnergyLiveDevices" },
      { ...onDemand, name: "EnergyLivePrices" },
      { ...onDemand, name: "EnergyLiveProfiles" },
      { ...onDemand, name: "EnergyLiveTariffs" },
    ]);
  });

  it("is split over tables and index when it is provisioned", () => {
    const provisioned = { billingMode: "PROVISIONED", tableClass: "STANDARD_INFREQUENT_ACCESS" };
    expect(capacities("staging")).toEqual([
      { ...provisioned, billingMode: "PAY_PER_REQUEST", name: "EnergyLiveAlerts-staging" },
      { name: "OpenAlertsIndex" },
      { ...provisioned, name: "EnergyLiveData-staging", readCapacity: 48, writeCapacity: 48 },
      { name: "MeasurementTypeIndex", readCapacity: 48, writeCapacity: 48 },
      { ...provisioned, name: "EnergyLiveDevices-staging", readCapacity: 4, writeCapacity: 4 },
      { ...provisioned, billingMode: "PAY_PER_REQUEST", name: "EnergyLivePrices-staging" },
      { ...provisioned, billingMode: "PAY_PER_REQUEST", name: "EnergyLiveProfiles-staging" },
      { ...provisioned, billingMode: "PAY_PER_REQUEST", name: "EnergyLiveTariffs-staging" },
    ]);
  });
});

describe("the embedded stack's tables", () => {
  const names = resourceNames("production");
  let folder: string;
  let embedded: Awaited<ReturnType<typeof startDynamoDB>>;
  let client: DynamoDBClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "energylive-infra-"));
    embedded = await startDynamoDB({ folder, names });
    client = new DynamoDBClient(awsConfig(embedded.endpoint));
  });
  afterAll(async () => {
    client.destroy();
    await embedded.stop();
    await rm(folder, { recursive: true });
  });

  it.each(stageTables(names).map(({ name }) => name))("equal the deployed ones: %s", async (name) => {
    const deployed = read(graphs.production, "aws:dynamodb/table:Table", Table).find(
      (each) => each.name === name,
    );
    const { Table: described } = await client.send(new DescribeTableCommand({ TableName: name }));
    expect({
      attributes: described?.AttributeDefinitions?.map(
        (each) => `${each.AttributeName}:${each.AttributeType}`,
      ).sort(),
      keys: keys(described?.KeySchema),
      indexes: (described?.GlobalSecondaryIndexes ?? []).map((index) => ({
        name: index.IndexName,
        keys: keys(index.KeySchema),
        projection: index.Projection?.ProjectionType,
      })),
    }).toEqual({
      attributes: deployed?.attributes.map(({ name, type }) => `${name}:${type}`).sort(),
      keys: [deployed?.hashKey, deployed?.rangeKey],
      indexes: deployed?.globalSecondaryIndexes.map((index) => ({
        name: index.name,
        keys: [index.hashKey, index.rangeKey],
        projection: index.projectionType,
      })),
    });
  });
});

function keys(schema: KeySchemaElement[] | undefined) {
  const named = (type: string) => schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return [named("HASH"), named("RANGE")];
}
