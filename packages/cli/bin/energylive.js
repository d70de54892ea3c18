#!/usr/bin/env node
/**
 * The `energylive` command. TypeScript runs as it is, which takes a recent Node: an older one hands over to the Node of
 * the `node` dev dependency, the version that Lambda runs.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire, enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [major = 0] = process.versions.node.split(".").map(Number);

/** The first version that runs every file of this project without a flag. */
const NODE_MAJOR = 24;

if (major >= NODE_MAJOR) {
  // Not in the older Node that may read this file.
  enableCompileCache?.();
  await import("../src/main.ts");
} else {
  process.exitCode = handOver();
}

function handOver() {
  const node = ownNode();
  if (node === undefined) {
    process.stderr.write(
      `energylive needs Node ${NODE_MAJOR}, and this is ${process.versions.node}: run npm ci, which installs it\n`,
    );
    return 1;
  }
  const script = fileURLToPath(import.meta.url);
  const { status, signal } = spawnSync(node, [script, ...process.argv.slice(2)], { stdio: "inherit" });
  if (signal !== null) process.kill(process.pid, signal);
  return status ?? 1;
}

function ownNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve("node/package.json");
    const node = join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
