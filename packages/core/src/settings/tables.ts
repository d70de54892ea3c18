/**
 * Keys and indexes of the tables, in DynamoDB's terms. The stacks and the embedded stack both read them, so the tests
 * cover what is deployed.
 */

import type { ResourceNames } from "./names.ts";

export type KeyType = "S" | "N";

export interface TableDefinition {
  /** Every attribute used in a key or an index, with its type. */
  attributes: Readonly<Record<string, KeyType>>;
  partitionKey: string;
  sortKey?: string;
  /** Global secondary indexes; each projects all attributes. */
  indexes: Readonly<Record<string, { partitionKey: string; sortKey: string }>>;
  /** The attribute with the epoch seconds after which DynamoDB may delete an item. */
  ttlAttribute?: string;
}

/** For queries of one type over all devices. */
export const MEASUREMENT_TYPE_INDEX = "MeasurementTypeIndex";

export const MEASUREMENTS_TABLE = {
  attributes: { device_id: "S", measurement_key: "S", measurement_type: "S", timestamp: "N" },
  partitionKey: "device_id",
  sortKey: "measurement_key",
  indexes: { [MEASUREMENT_TYPE_INDEX]: { partitionKey: "measurement_type", sortKey: "timestamp" } },
  ttlAttribute: "ttl",
} as const satisfies TableDefinition;

export const DEVICES_TABLE = {
  attributes: { device_id: "S" },
  partitionKey: "device_id",
  indexes: {},
} as const satisfies TableDefinition;

/** One item per device and local day, kept for ever. */
export const PROFILES_TABLE = {
  attributes: { device_id: "S", day: "S" },
  partitionKey: "device_id",
  sortKey: "day",
  indexes: {},
} as const satisfies TableDefinition;

/** One item per market and local day, kept for ever. */
export const PRICES_TABLE = {
  attributes: { market: "S", day: "S" },
  partitionKey: "market",
  sortKey: "day",
  indexes: {},
} as const satisfies TableDefinition;

/** One item per tariff and day from which on it is valid. */
export const TARIFFS_TABLE = {
  attributes: { tariff: "S", valid_from: "S" },
  partitionKey: "tariff",
  sortKey: "valid_from",
  indexes: {},
} as const satisfies TableDefinition;

/** Of alerts that last: only they have `open_since`. */
export const OPEN_ALERTS_INDEX = "OpenAlertsIndex";

/** One item per time that a rule of a device held, kept for ever. */
export const ALERTS_TABLE = {
  attributes: { device_id: "S", alert_key: "S", open_since: "S" },
  partitionKey: "device_id",
  sortKey: "alert_key",
  indexes: { [OPEN_ALERTS_INDEX]: { partitionKey: "device_id", sortKey: "open_since" } },
} as const satisfies TableDefinition;

/** What each table of a stage is for, with its name and its keys. */
export function stageTables(
  names: ResourceNames,
): { what: string; name: string; definition: TableDefinition }[] {
  return [
    { what: "measurements", name: names.measurementsTable, definition: MEASUREMENTS_TABLE },
    { what: "devices", name: names.devicesTable, definition: DEVICES_TABLE },
    { what: "profiles", name: names.profilesTable, definition: PROFILES_TABLE },
    { what: "prices", name: names.pricesTable, definition: PRICES_TABLE },
    { what: "tariffs", name: names.tariffsTable, definition: TARIFFS_TABLE },
    { what: "alerts", name: names.alertsTable, definition: ALERTS_TABLE },
  ];
}
