import { PRODUCTION_STAGE, resourceNames } from "../packages/core/src/settings/names.ts";
import {
  DEVICES_TABLE,
  MEASUREMENTS_TABLE,
  type TableDefinition,
} from "../packages/core/src/settings/tables.ts";

/** The two tables. SST's `Dynamo` sets on-demand billing and point-in-time recovery by itself. */

const names = resourceNames($app.stage);

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
    deletionProtection: $app.stage === PRODUCTION_STAGE,
    transform: { table: { name: tableName } },
  });
}

function index({ partitionKey, sortKey }: { partitionKey: string; sortKey?: string }) {
  return { hashKey: partitionKey, rangeKey: sortKey };
}
