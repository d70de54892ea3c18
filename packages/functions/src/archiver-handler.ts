import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ArchiveFiles } from "@energylive/core/archive/files";
import { createLate } from "@energylive/core/archive/late";
import type { ArchiverResult } from "@energylive/core/archive/result";
import { runArchiver } from "@energylive/core/archive/run";
import type { Clock } from "@energylive/core/clock";
import { createDeviceStore } from "@energylive/core/device/store";
import type { Log } from "@energylive/core/log";
import { createMeasurementHistory } from "@energylive/core/measurement/history";
import { createPriceStore } from "@energylive/core/price/store";
import { createProfileStore } from "@energylive/core/profile/store";
import { ConfigurationError } from "@energylive/core/settings/configuration-error";
import type { ArchiverEnvironment } from "@energylive/core/settings/environment";
import * as z from "zod";

import type { Invocation } from "./invocation.ts";

/** Time kept before the function's deadline: for one file, which was begun. */
const FINISH_RESERVE_MS = 240_000;

export interface ArchiverParts {
  environment: ArchiverEnvironment;
  dynamodb: DynamoDBClient;
  files: ArchiveFiles;
  clock: Clock;
  log: Log;
}

/** Which of the archivers that share the work it is. */
const Event = z.object({ archiver: z.int().min(0).default(0) });

/** A handler that archives what is over, as one of the archivers that share the work. */
export function createArchiverHandler(
  parts: ArchiverParts,
): (event: unknown, invocation: Invocation) => Promise<ArchiverResult> {
  const { environment, dynamodb, files, clock, log } = parts;
  const stores = {
    devices: createDeviceStore({ dynamodb, table: environment.DEVICES_TABLE }),
    history: createMeasurementHistory({ dynamodb, table: environment.MEASUREMENTS_TABLE }),
    profiles: createProfileStore({ dynamodb, table: environment.PROFILES_TABLE }),
    prices: createPriceStore({ dynamodb, table: environment.PRICES_TABLE }),
    late: createLate({ dynamodb, table: environment.ALERTS_TABLE, clock }),
  };
  return async (event, invocation) => {
    const parsed = Event.safeParse(event ?? {});
    const total = environment.ARCHIVERS;
    if (!parsed.success || parsed.data.archiver >= total)
      throw new ConfigurationError([
        `the archiver's event is not {"archiver":0}, up to ${total - 1}, nor empty`,
      ]);
    const startedAt = clock.now();
    const deadlineAt = startedAt + invocation.getRemainingTimeInMillis() - FINISH_RESERVE_MS;
    const scratch = await mkdtemp(join(tmpdir(), "energylive-archive-"));
    try {
      const archiver = { index: parsed.data.archiver, total };
      const result = await runArchiver({ ...stores, files, scratch, archiver, clock, log, deadlineAt });
      log.info({ event: "archiver_finished", archiver, ...result, durationMs: clock.now() - startedAt });
      return result;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  };
}
