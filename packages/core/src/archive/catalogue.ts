import { type Column, MEASUREMENT_COLUMNS, PRICE_COLUMNS, QUARTER_HOUR_COLUMNS } from "./columns.ts";
import { ARCHIVE_TABLES, type ArchiveTable } from "./files.ts";

/** How the archive is described to Athena, in Glue's terms: its tables, and views for people. */

/** A column as Hive, and so Glue, names its type. */
export interface CatalogueColumn {
  name: string;
  type: "string" | "double" | "bigint" | "timestamp" | "date";
}

export interface CatalogueTable {
  name: string;
  /** The folder of the archive. */
  folder: ArchiveTable;
  columns: CatalogueColumn[];
  /** What its files are divided by. */
  partition: string;
  /** How Athena computes the partitions, so that nothing has to find them. */
  projection: Record<string, string>;
  /** Of the files of a partition, below the bucket. */
  pathTemplate: string;
}

const TYPES = { text: "string", number: "double", integer: "bigint", time: "timestamp" } as const;

/** Before the first interface. */
const FIRST_YEAR = "2020";

const COLUMNS: Record<ArchiveTable, readonly Pick<Column<never>, "name" | "kind">[]> = {
  measurements: MEASUREMENT_COLUMNS,
  load_profile: QUARTER_HOUR_COLUMNS,
  market_price: PRICE_COLUMNS,
};

/** Views have the plain names of measurements and load profiles. */
const NAMES: Record<ArchiveTable, string> = {
  measurements: "archived_measurements",
  load_profile: "archived_load_profile",
  market_price: "market_price",
};

/**
 * The tables, read by partition projection.
 *
 * Source: docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export const CATALOGUE_TABLES: readonly CatalogueTable[] = (
  Object.keys(ARCHIVE_TABLES) as ArchiveTable[]
).map((folder) => {
  const partition = ARCHIVE_TABLES[folder];
  const isDay = partition === "day";
  return {
    name: NAMES[folder],
    folder,
    columns: COLUMNS[folder].map(({ name, kind }) => ({ name, type: TYPES[kind] })),
    partition,
    projection: {
      "projection.enabled": "true",
      [`projection.${partition}.type`]: "date",
      [`projection.${partition}.format`]: isDay ? "yyyy-MM-dd" : "yyyy-MM",
      [`projection.${partition}.range`]: isDay ? `${FIRST_YEAR}-01-01,NOW` : `${FIRST_YEAR}-01,NOW`,
      [`projection.${partition}.interval`]: "1",
      [`projection.${partition}.interval.unit`]: isDay ? "DAYS" : "MONTHS",
    },
    pathTemplate: `${folder}/${partition}=\${${partition}}/`,
  };
});

export interface CatalogueView {
  name: string;
  sql: string;
  columns: CatalogueColumn[];
}

/** The wall clock of Austria; an archived time is an instant in UTC. */
const inVienna = (column: string) =>
  `CAST(at_timezone(with_timezone("${column}", 'UTC'), 'Europe/Vienna') AS timestamp(3))`;

export const CATALOGUE_VIEWS: readonly CatalogueView[] = [
  {
    name: "measurements",
    sql: `SELECT device_id, "timestamp", ${inVienna("timestamp")} AS local_time, measurement_type, value, value_text, unit, collection_time, day FROM archived_measurements`,
    columns: [
      { name: "device_id", type: "string" },
      { name: "timestamp", type: "timestamp" },
      { name: "local_time", type: "timestamp" },
      { name: "measurement_type", type: "string" },
      { name: "value", type: "double" },
      { name: "value_text", type: "string" },
      { name: "unit", type: "string" },
      { name: "collection_time", type: "string" },
      { name: "day", type: "string" },
    ],
  },
  {
    name: "load_profile",
    sql: `SELECT device_id, quarter_hour, ${inVienna("quarter_hour")} AS local_time, day, import_wh / 1000 AS import_kwh, export_wh / 1000 AS export_kwh, power_min_w, power_max_w, quality, month FROM archived_load_profile`,
    columns: [
      { name: "device_id", type: "string" },
      { name: "quarter_hour", type: "timestamp" },
      { name: "local_time", type: "timestamp" },
      { name: "day", type: "string" },
      { name: "import_kwh", type: "double" },
      { name: "export_kwh", type: "double" },
      { name: "power_min_w", type: "double" },
      { name: "power_max_w", type: "double" },
      { name: "quality", type: "string" },
      { name: "month", type: "string" },
    ],
  },
];

/** As Trino, which Athena runs, names them. */
const TRINO_TYPES: Record<CatalogueColumn["type"], string> = {
  string: "varchar",
  double: "double",
  bigint: "bigint",
  timestamp: "timestamp(3)",
  date: "date",
};

/**
 * The text of a view as Athena keeps it in Glue.
 *
 * Source: trino.io's `ViewReaderUtil`: JSON in base64 between comment marks.
 */
export function viewText(database: string, { sql, columns }: CatalogueView): string {
  const view = {
    originalSql: sql,
    catalog: "awsdatacatalog",
    schema: database,
    columns: columns.map(({ name, type }) => ({ name, type: TRINO_TYPES[type] })),
  };
  return `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`;
}
