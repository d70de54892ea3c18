import { CATALOGUE_TABLES, CATALOGUE_VIEWS, viewText } from "../packages/core/src/archive/catalogue.ts";
import { resourceNames } from "../packages/core/src/settings/names.ts";
import { ARCHIVER_TIMEOUT_SECONDS } from "../packages/core/src/settings/pipeline.ts";
import { MEASUREMENT_TYPE_INDEX } from "../packages/core/src/settings/tables.ts";
import { HANDLERS } from "./bundle.ts";
import { shared, withoutMetrics, writeEveryLevel } from "./functions.ts";
import { allow, allowLogging, OWN_ROLE } from "./permissions.ts";
import { scheduleDlq } from "./queue.ts";
import { EVENT_RETRIES, failedEvents, schedule } from "./schedules.ts";
import { settings } from "./settings.ts";
import { alerts, devices, measurements, prices, profiles } from "./storage.ts";

/** Schedule → archiver → bucket, and what Athena and QuickSight need to read it. */

const names = resourceNames($app.stage);

/** Where Athena writes what it answers; nobody needs it for long. */
const RESULTS = "athena-results/";
const RESULT_DAYS = 7;

/** A query that would read more is cancelled: at five dollars a terabyte, five cents. */
const MOST_BYTES_PER_QUERY = 10_000_000_000;

/** A day that was missed is archived with the next one. */
const EVENT_AGE_SECONDS = 6 * 3_600;

/** Private and over TLS only, as SST makes them. */
export const bucket = new sst.aws.Bucket("Archive", {
  cors: false,
  lifecycle: [{ id: "results", prefix: RESULTS, expiresIn: `${RESULT_DAYS} days` }],
  transform: {
    lifecycle: (args) => {
      const days = settings.archiveColdAfterDays;
      args.rules = $output(args.rules).apply((rules = []) => [
        ...rules,
        // What was begun and never finished costs, and nobody sees it.
        {
          id: "unfinished",
          status: "Enabled",
          abortIncompleteMultipartUpload: { daysAfterInitiation: RESULT_DAYS },
        },
        ...(days === undefined
          ? []
          : [
              {
                id: "cold",
                status: "Enabled",
                filter: { prefix: "measurements/" },
                transitions: [{ days, storageClass: "STANDARD_IA" }],
              },
            ]),
      ]);
    },
  },
});

new aws.s3.BucketServerSideEncryptionConfiguration("ArchiveEncryption", {
  bucket: bucket.name,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
});

const database = new aws.glue.CatalogDatabase("ArchiveDatabase", {
  name: names.archiveDatabase,
  description: "The archive of the energyLIVE collector",
});

const PARQUET = {
  inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
};

for (const { name, folder, columns, partition, projection, pathTemplate } of CATALOGUE_TABLES)
  new aws.glue.CatalogTable(`Archive_${name}`, {
    name,
    databaseName: database.name,
    tableType: "EXTERNAL_TABLE",
    parameters: {
      ...projection,
      "storage.location.template": $interpolate`s3://${bucket.name}/${pathTemplate}`,
      classification: "parquet",
    },
    partitionKeys: [{ name: partition, type: "string" }],
    storageDescriptor: { ...PARQUET, location: $interpolate`s3://${bucket.name}/${folder}/`, columns },
  });

for (const view of CATALOGUE_VIEWS)
  new aws.glue.CatalogTable(`ArchiveView_${view.name}`, {
    name: view.name,
    databaseName: database.name,
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    viewOriginalText: viewText(names.archiveDatabase, view),
    viewExpandedText: "/* Presto View */",
    storageDescriptor: { columns: view.columns },
  });

new aws.athena.Workgroup("ArchiveWorkgroup", {
  name: names.archiveWorkgroup,
  description: "Queries of the archive; each may read ten gigabytes",
  forceDestroy: true,
  configuration: {
    enforceWorkgroupConfiguration: true,
    bytesScannedCutoffPerQuery: MOST_BYTES_PER_QUERY,
    publishCloudwatchMetricsEnabled: false,
    resultConfiguration: {
      outputLocation: $interpolate`s3://${bucket.name}/${RESULTS}`,
      encryptionConfiguration: { encryptionOption: "SSE_S3" },
    },
  },
});

export const archiver = new sst.aws.Function("Archiver", {
  ...shared,
  name: names.archiver,
  description: "Archives the days that are over as Parquet",
  handler: HANDLERS.archiver,
  timeout: `${ARCHIVER_TIMEOUT_SECONDS} seconds`,
  // Measured: 350 MB for row groups of 20,000 measurements; the share of a CPU comes with the memory.
  memory: "1024 MB",
  // A file of the archive at a time, before and after.
  storage: "10 GB",
  retries: EVENT_RETRIES,
  environment: {
    ...withoutMetrics,
    ARCHIVERS: String(settings.shards),
    ARCHIVE_BUCKET: bucket.name,
    DEVICES_TABLE: devices.name,
    MEASUREMENTS_TABLE: measurements.name,
    PROFILES_TABLE: profiles.name,
    PRICES_TABLE: prices.name,
    ALERTS_TABLE: alerts.name,
  },
  permissions: [
    allow(devices.arn, "dynamodb:Scan"),
    allow(measurements.arn, "dynamodb:Query"),
    // For the next day on which something was measured.
    allow($interpolate`${measurements.arn}/index/${MEASUREMENT_TYPE_INDEX}`, "dynamodb:Query"),
    allow(profiles.arn, "dynamodb:Query"),
    allow(prices.arn, "dynamodb:Query"),
    // Which days came late stands beside the alerts.
    allow(alerts.arn, "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    allow(bucket.arn, "s3:ListBucket"),
    allow($interpolate`${bucket.arn}/*`, "s3:GetObject", "s3:PutObject"),
    // As the fetcher's.
    allow(scheduleDlq.arn, "sqs:SendMessage"),
    allowLogging(names.archiver),
  ],
  transform: {
    role: OWN_ROLE,
    function: writeEveryLevel,
    eventInvokeConfig: failedEvents(EVENT_AGE_SECONDS),
  },
});

for (let index = 0; index < settings.shards; index += 1)
  schedule(`Archive${index}`, {
    name: `energylive-${$app.stage}-archive-${index}`,
    description: `Archives what is over: ${index} of ${settings.shards}`,
    function: archiver,
    event: { archiver: index },
    times: { daily: { hour: 4, minute: 30 } },
    maximumEventAgeInSeconds: EVENT_AGE_SECONDS,
  });
