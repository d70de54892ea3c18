import { spawn } from "node:child_process";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import * as z from "zod";

/**
 * SST's platform: its TypeScript components, their types and their dependencies, which `sst install` writes into
 * `.sst/platform`. The type check, the tests and `npm run synth` need it and install it when it is missing.
 */

export const ROOT = join(import.meta.dirname, "../..");
export const PLATFORM = join(ROOT, ".sst/platform");

/** Written after an installation that went through, so that one that was interrupted is not taken for a whole one. */
const MARKER = join(PLATFORM, ".installed");
const LOCK = join(ROOT, ".sst/installing");

/** An installation takes half a minute to a few; a lock older than this was left by a process that was killed. */
const LOCK_STALE_MS = 10 * 60_000;
const LOCK_POLL_MS = 500;

const SstManifest = z.object({ version: z.string() });

/** The platform's installation failed; the message holds what `sst` printed. */
export class PlatformError extends Error {
  override readonly name = "PlatformError";
}

/**
 * Installs the platform of the installed `sst` unless it is there. Safe when several processes ask at once: one
 * installs, the others wait.
 *
 * @param onProgress is told what is being waited for
 * @throws {PlatformError}
 */
export async function ensurePlatform(onProgress: (message: string) => void = () => {}): Promise<void> {
  const version = await sstVersion();
  if (await isInstalled(version)) return;
  await mkdir(join(ROOT, ".sst"), { recursive: true });
  let told = false;
  while (!(await lock())) {
    if (!told) onProgress("waiting for another process that installs SST's platform");
    told = true;
    await sleep(LOCK_POLL_MS);
  }
  try {
    if (await isInstalled(version)) return;
    onProgress(`installing SST ${version}'s platform into .sst/platform, once (about a minute)`);
    await install();
    await writeFile(MARKER, version);
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
}

async function isInstalled(version: string): Promise<boolean> {
  return (await readFile(MARKER, "utf8").catch(() => undefined)) === version;
}

async function sstVersion(): Promise<string> {
  const manifest = await readFile(join(ROOT, "node_modules/sst/package.json"), "utf8").catch(() => {
    throw new PlatformError("sst is not installed: run npm ci");
  });
  return SstManifest.parse(JSON.parse(manifest)).version;
}

/** Takes the lock, or answers false. A directory, because making one is atomic. */
async function lock(): Promise<boolean> {
  try {
    await mkdir(LOCK);
    return true;
  } catch {
    const held = await stat(LOCK).catch(() => undefined);
    if (held !== undefined && Date.now() - held.mtimeMs > LOCK_STALE_MS)
      await rm(LOCK, { recursive: true, force: true });
    return false;
  }
}

async function install(): Promise<void> {
  const { code, output } = await run(join(ROOT, "node_modules/.bin/sst"), ["install", "--stage", "install"]);
  if (code !== 0) throw new PlatformError(`sst install failed:\n${output.trim()}`);
}

function run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        // The Pulumi and bun binaries are for deploying: `sst deploy` fetches them when it needs them.
        SST_SKIP_DEPENDENCY_CHECK: "1",
        SST_NO_BUN: "1",
        SST_TELEMETRY_DISABLED: "1",
      },
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
