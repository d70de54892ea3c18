/** Archives the days that are over as Parquet, every night: see core/src/archive/run.ts. */
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { ArchiverEnvironment, logLevel, parseEnvironment } from "@energylive/core/settings/environment";

import { createArchiverHandler } from "./archiver-handler.ts";
import { bucketArchive } from "./bucket-archive.ts";
import { createDynamoDB, createS3 } from "./clients.ts";

const environment = parseEnvironment(ArchiverEnvironment.required({ ARCHIVE_BUCKET: true }), process.env);

export const handler = createArchiverHandler({
  environment,
  dynamodb: createDynamoDB(),
  files: bucketArchive({ s3: createS3(), bucket: environment.ARCHIVE_BUCKET }),
  clock: systemClock,
  log: createLog({ level: logLevel(environment) }),
});
