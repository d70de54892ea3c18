import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { resourceNames } from "@energylive/core/settings/names";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startSqs } from "./sqs.ts";

const names = resourceNames("local");
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "energylive-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the embedded SQS", () => {
  it("names a damaged file, and says what to do", async () => {
    await writeFile(join(folder, "fauxqs.db"), "not SQLite's".repeat(1_000));
    await expect(startSqs({ folder, names })).rejects.toMatchObject({
      name: "DataFolderError",
      message: expect.stringMatching(
        /^the queue's file .*fauxqs\.db cannot be opened \(file is not a database\): restore a copy .*--fresh/,
      ),
      cause: expect.any(Error),
    });
  });

  it("warns when the log of a stack that did not stop is missing", async () => {
    const stopped = await startSqs({ folder, names });
    await stopped.stop();
    const clean = await startSqs({ folder, names });
    expect([stopped.warning, clean.warning]).toEqual([undefined, undefined]);
    await clean.stop();
    // As after a kill, and a person who deleted the log.
    await writeFile(join(folder, "open"), "");
    const damaged = await startSqs({ folder, names });
    expect(damaged.warning).toMatch(/fauxqs\.db-wal is missing: messages that were queued .* may be lost/);
    await damaged.stop();
  });
});
