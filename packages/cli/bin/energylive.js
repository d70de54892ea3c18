#!/usr/bin/env node
/**
 * The `energylive` command. TypeScript runs as it is, which takes a recent Node: an older one hands over to the Node of
 * the `node` dev dependency, the version that Lambda runs.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [major = 0] = process.versions.node.split(".").map(Number);

/** The first version that runs every file of this project without a flag. */
const NODE_MAJOR = 24;

/** The oldest version that Node's makers still maintain. */
const MAINTAINED_MAJOR = 22;

const ofNpm = nodeOfNpm();
if (ofNpm !== undefined && Number(ofNpm.split(".")[0]) < MAINTAINED_MAJOR) {
  process.stderr.write(
    `Node ${ofNpm} is no longer maintained: install Node ${MAINTAINED_MAJOR} or later, nodejs.org\n`,
  );
}

if (major >= NODE_MAJOR) {
  // The older Node that may read this file has none, so it is not imported by name.
  nodeModule.enableCompileCache?.();
  await import("../src/main.ts");
} else {
  handOver();
}

/** The person's own Node: `npm start` runs that of the dev dependency, and tells which one npm itself runs on. */
function nodeOfNpm() {
  const { npm_lifecycle_event: script, npm_config_user_agent: agent = "" } = process.env;
  return script === "start" ? / node\/v([\d.]+)/.exec(agent)?.[1] : undefined;
}

function handOver() {
  const node = ownNode();
  if (node === undefined) {
    process.stderr.write(
      `energylive needs Node ${NODE_MAJOR}, and this is ${process.versions.node}: run npm ci, which installs it\n`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches both; the command ends as it sees fit, and its exit code is this one's.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("close", (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

function ownNode() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve("node/package.json");
    const node = join(dirname(manifest), "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
