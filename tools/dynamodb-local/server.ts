import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { listeningPort } from "@energylive/core/listening-port";
import { DynamoDBLocalError, ensureDynamoDBLocal } from "./package.ts";

/** From then on Java has no security manager, and nothing else keeps DynamoDB Local to loopback. */
const FIRST_JAVA_WITHOUT_SECURITY_MANAGER = 24;
const INSTALL_JAVA =
  "install Java 17 or 21 (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@21) and have it in PATH or JAVA_HOME";

const START_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 100;
const MAX_HEAP = "-Xmx1g";

/**
 * Starts AWS's DynamoDB Local on loopback, on a free port and in memory.
 *
 * @param onProgress is told what is being waited for
 * @throws {DynamoDBLocalError} without a Java that can run it, or when it does not start
 */
export async function startDynamoDBLocal(
  onProgress: (message: string) => void,
): Promise<AsyncDisposable & { endpoint: string }> {
  const java = await findJava();
  const folder = await ensureDynamoDBLocal(onProgress);
  const port = await freePort();
  const child = spawn(
    java,
    [
      MAX_HEAP,
      "-Djava.security.manager",
      `-Djava.security.policy==${join(import.meta.dirname, "loopback.policy")}`,
      "-Djava.library.path=./DynamoDBLocal_lib",
      "-jar",
      "DynamoDBLocal.jar",
      ...["-port", String(port), "-inMemory", "-disableTelemetry"],
    ],
    { cwd: folder, env: { ...process.env, DDB_LOCAL_TELEMETRY: "0" }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await answers(child, endpoint);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { endpoint, [Symbol.asyncDispose]: () => end(child) };
}

async function findJava(): Promise<string> {
  const { JAVA_HOME } = process.env;
  const java = JAVA_HOME === undefined ? "java" : join(JAVA_HOME, "bin/java");
  const told = await promisify(execFile)(java, ["-version"]).catch((error) => {
    throw new DynamoDBLocalError(`DynamoDB Local needs Java: ${INSTALL_JAVA}`, { cause: error });
  });
  // `openjdk version "17.0.15" 2025-04-15`; Java 8 calls itself 1.8.
  const [, version = ""] = /version "(\d+)/.exec(told.stderr) ?? [];
  if (Number(version) >= FIRST_JAVA_WITHOUT_SECURITY_MANAGER)
    throw new DynamoDBLocalError(
      `Java ${version} cannot keep DynamoDB Local to loopback any more: ${INSTALL_JAVA}`,
    );
  return java;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = listeningPort(server);
  server.close();
  await once(server, "close");
  return port;
}

async function answers(child: ChildProcess, endpoint: string): Promise<void> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += String(chunk);
    });
  }
  const givesUpAt = Date.now() + START_LIMIT_MS;
  while (!(await fetch(endpoint).then(isDynamoDB, () => false))) {
    if (child.exitCode !== null || Date.now() > givesUpAt)
      throw new DynamoDBLocalError(`DynamoDB Local did not start: ${output.trim()}`);
    await sleep(LOOK_AGAIN_MS);
  }
}

/** It refuses the request for having no signature. */
async function isDynamoDB(response: Response): Promise<boolean> {
  return (await response.text()).includes("com.amazonaws.dynamodb");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill();
  await exited;
}
