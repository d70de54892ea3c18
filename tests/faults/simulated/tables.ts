import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { services } from "../../support/services.ts";
import { NAMES } from "./pipeline.ts";

/** The tables of the simulated stage, in a DynamoDB that keeps what it is given. */
export async function startTables(): Promise<{ endpoint: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  const tables = await services.startDynamoDB({ folder, names: NAMES });
  return {
    endpoint: tables.endpoint,
    async [Symbol.asyncDispose]() {
      await tables.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
