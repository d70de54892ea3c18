import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

const ROOT = new URL("../..", import.meta.url).pathname;
const TIMEOUT_MS = 60_000;

/** Runs a command in which `folder` is a file system of 32 MB of its own. Linux only. */
function onSmallDisk(folder: string, command: string): [string, string[]] {
  const script = `mount -t tmpfs -o size=32m none "$0" && ${command}`;
  return ["unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", script, folder]];
}

const canMount = spawnSync(...onSmallDisk(tmpdir(), "true")).status === 0;

// Shown as skipped where a user may not mount a file system.
describe.skipIf(!canMount)("a disk that is full", () => {
  it(
    "ends the stack with the folder and the room it needs, and loses nothing that was accepted",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "energylive-disk-"));
      const process_ = new URL("full-disk-process.ts", import.meta.url).pathname;
      const command = onSmallDisk(folder, `exec ${process.execPath} ${process_} "$0"`);
      const { stdout } = await promisify(execFile)(...command);
      const { error, accepted, missing } = JSON.parse(stdout);
      expect(error).toMatch(/^the disk of .*data is full: \d+ MB are free and 16 MB are needed\. Make room/);
      expect(accepted).toBeGreaterThan(0);
      expect(missing).toEqual([]);
      await rm(folder, { recursive: true });
    },
    TIMEOUT_MS,
  );

  it(
    "ends npm start with one line and exit code 1",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "energylive-disk-"));
      const start = `${process.execPath} ${ROOT}packages/cli/bin/energylive.js start --once --data "$0"`;
      const command = onSmallDisk(folder, `head -c 20M /dev/zero > "$0/filler"; exec ${start}`);
      const ended = promisify(execFile)(...command, { env: { ...process.env, ENERGYLIVE_API_KEY: "" } });
      await expect(ended).rejects.toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /^the disk of .* is full: \d+ MB are free and 16 MB are needed\. [^\n]+\n$/,
        ),
      });
      await rm(folder, { recursive: true });
    },
    TIMEOUT_MS,
  );
});
