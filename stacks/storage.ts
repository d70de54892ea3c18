import { PRODUCTION_STAGE, resourceNames } from "../packages/core/src/settings/names.ts";
import {
  ALERTS_TABLE,
  DEVICES_TABLE,
  MEASUREMENTS_TABLE,
  PRICES_TABLE,
  PROFILES_TABLE,
  TARIFFS_TABLE,
  type TableDefinition,
} from "../packages/core/src/settings/tables.ts";
import { measurementQueue } from "./queue.ts";
import { settings } from "./settings.ts";

/** The tables. SST's `Dynamo` sets on-demand billing and point-in-time recovery by itself. */

const names = resourceNames($app.stage);
const isProduction = $app.stage === PRODUCTION_STAGE;
const TABLE_CLASSES = { standard: "STANDARD", "infrequent-access": "STANDARD_INFREQUENT_ACCESS" };
const pointInTimeRecovery = settings.pointInTimeRecovery ?? (isProduction ? "on" : "off");

const { units, maxWrites } = settings.table;

export const measurements = createTable(
  "Measurements",
  names.measurementsTable,
  MEASUREMENTS_TABLE,
  units === undefined ? onDemand(maxWrites) : provisioned(units.measurements),
);
// On demand without a bound: each poll writes one item.
export const devices = createTable(
  "Devices",
  names.devicesTable,
  DEVICES_TABLE,
  units === undefined ? onDemand() : provisioned(units.devices),
);

/** On demand whatever the capacity: a write per device and quarter-hour is a hundredth of what its measurements take. */
export const profiles = createTable("Profiles", names.profilesTable, PROFILES_TABLE, onDemand());

/** A day of prices is written once or twice. */
export const prices = createTable("Prices", names.pricesTable, PRICES_TABLE, onDemand());

/** Written by people and by the command. */
export const tariffs = createTable("Tariffs", names.tariffsTable, TARIFFS_TABLE, onDemand());

/** Written when an alert begins and when it is over. */
export const alerts = createTable("Alerts", names.alertsTable, ALERTS_TABLE, onDemand());

/** How a table is billed, and what it and each of its indexes take per second. */
interface Capacity {
  billing: { billingMode?: string };
  each: {
    readCapacity?: number;
    writeCapacity?: number;
    onDemandThroughput?: { maxWriteRequestUnits: number };
  };
}

function createTable(
  logicalName: string,
  tableName: string,
  definition: TableDefinition,
  capacity: Capacity,
) {
  // After the queue: stacks/existing.ts tells by the queue whether a table belongs to the stage.
  return new sst.aws.Dynamo(
    logicalName,
    {
      fields: Object.fromEntries(
        Object.entries(definition.attributes).map(
          ([name, type]) => [name, type === "S" ? "string" : "number"] as const,
        ),
      ),
      primaryIndex: index(definition),
      globalIndexes: Object.fromEntries(
        Object.entries(definition.indexes).map(([name, keys]) => [name, index(keys)]),
      ),
      ...(definition.ttlAttribute === undefined ? {} : { ttl: definition.ttlAttribute }),
      deletionProtection: isProduction,
      transform: {
        table: (args) => {
          args.name = tableName;
          args.pointInTimeRecovery = { enabled: pointInTimeRecovery === "on" };
          args.tableClass = TABLE_CLASSES[settings.table.class];
          Object.assign(args, capacity.billing, capacity.each);
          args.globalSecondaryIndexes = $output(args.globalSecondaryIndexes).apply((indexes = []) =>
            indexes.map((each) => ({ ...each, ...capacity.each })),
          );
        },
      },
    },
    { dependsOn: measurementQueue },
  );
}

function provisioned(units: number): Capacity {
  return { billing: { billingMode: "PROVISIONED" }, each: { readCapacity: units, writeCapacity: units } };
}

function onDemand(maxWriteRequestUnits?: number): Capacity {
  return {
    billing: {},
    each: maxWriteRequestUnits === undefined ? {} : { onDemandThroughput: { maxWriteRequestUnits } },
  };
}

function index({ partitionKey, sortKey }: { partitionKey: string; sortKey?: string }) {
  return { hashKey: partitionKey, rangeKey: sortKey };
}
