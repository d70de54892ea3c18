import { PRODUCTION_STAGE, resourceNames } from "../packages/core/src/settings/names.ts";
import {
  DEVICES_TABLE,
  MEASUREMENTS_TABLE,
  type TableDefinition,
} from "../packages/core/src/settings/tables.ts";
import { settings } from "./settings.ts";

/** The two tables. SST's `Dynamo` sets on-demand billing by itself, and point-in-time recovery unless told otherwise. */

const names = resourceNames($app.stage);
const isProduction = $app.stage === PRODUCTION_STAGE;
const pointInTimeRecovery = settings.pointInTimeRecovery ?? (isProduction ? "on" : "off");

export const measurements = createTable("Measurements", names.measurementsTable, MEASUREMENTS_TABLE);
export const devices = createTable("Devices", names.devicesTable, DEVICES_TABLE);

function createTable(logicalName: string, tableName: string, definition: TableDefinition) {
  return new sst.aws.Dynamo(logicalName, {
    fields: Object.fromEntries(
      Object.entries(definition.attributes).map(
        ([name, type]) => [name, type === "S" ? "string" : "number"] as const,
      ),
    ),
    primaryIndex: index(definition),
    globalIndexes: Object.fromEntries(
      Object.entries(definition.indexes).map(([name, keys]) => [name, index(keys)]),
    ),
    ttl: definition.ttlAttribute,
    deletionProtection: isProduction,
    transform: { table: { name: tableName, pointInTimeRecovery: { enabled: pointInTimeRecovery === "on" } } },
  });
}

function index({ partitionKey, sortKey }: { partitionKey: string; sortKey?: string }) {
  return { hashKey: partitionKey, rangeKey: sortKey };
}
