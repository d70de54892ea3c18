/**
 * `npm run test:dynamodb-local`: the end-to-end and fault tests against AWS's own DynamoDB Local, with the embedded SQS.
 * Arguments go to Vitest: `npm run test:dynamodb-local -- tests/e2e/storage.test.ts`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";

import { awsConfig } from "../../packages/local/src/services/loopback.ts";
import { DynamoDBLocalError } from "./package.ts";
import { startDynamoDBLocal } from "./server.ts";

const ROOT = join(import.meta.dirname, "../..");
const SUITES = ["tests/e2e", "tests/faults"];

async function test(args: readonly string[]): Promise<number> {
  await using dynamodb = await startDynamoDBLocal((message) => process.stderr.write(`${message}\n`));
  const vitest = spawn(
    process.execPath,
    [join(ROOT, "node_modules/vitest/vitest.mjs"), "run", "--project", "collector", ...args],
    { cwd: ROOT, stdio: "inherit", env: { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint } },
  );
  // Else a signal would end this process first and leave the others behind; Ctrl-C is sent to all of them.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => vitest.kill());
  const [code] = await once(vitest, "exit");
  const left = await tablesLeft(dynamodb.endpoint);
  if (left.length > 0) process.stderr.write(`the tests left tables behind: ${left.join(", ")}\n`);
  return left.length > 0 ? 1 : (code ?? 1);
}

async function tablesLeft(endpoint: string): Promise<string[]> {
  const client = new DynamoDBClient(awsConfig(endpoint));
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  return TableNames;
}

try {
  const args = process.argv.slice(2);
  process.exitCode = await test(args.length === 0 ? SUITES : args);
} catch (error) {
  if (!(error instanceof DynamoDBLocalError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
