import { existsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import { httpGet } from "@energylive/core/energylive/http";
import { KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { KeySource } from "@energylive/core/keys/store";
import { createLog } from "@energylive/core/log";
import { FetcherEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { FETCHER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { fileKeyVault } from "@energylive/local/key-file";
import { fileKeySource } from "@energylive/local/keys";
import { awsConfig } from "@energylive/local/services/loopback";
import { FailedError } from "../errors.ts";
import type { Output } from "../terminal/output.ts";
import { type LastStack, openLastStack } from "./last-stack.ts";
import type { Target } from "./stage.ts";

const DATA_FOLDER = ".energylive";

const DEFAULT_KEY_ADVICE =
  'on the embedded stack the key "default" is the variable ENERGYLIVE_API_KEY: put the line ENERGYLIVE_API_KEY=… into the file .env, then npm start';

/**
 * The running or last embedded stack.
 *
 * @param dataFolder default: `.energylive` here or in a folder above
 * @throws {FailedError} when no stack was ever started there
 */
export async function openEmbedded(
  dataFolder: string | undefined,
  output: Output,
  debug: boolean,
): Promise<Target> {
  const folder = resolve(dataFolder ?? nearestDataFolder());
  const stack = await openLastStack(folder);
  if (stack === undefined) {
    throw new FailedError(`no stack is running, and none has stored anything in ${shown(folder)}`, {
      advice: "start one with npm start, name its folder with --data, or a deployed stage with --stage",
    });
  }
  if (stack.pid === undefined)
    output.note(`No stack is running: this is what is stored in ${shown(stack.folder)} (npm start runs it).`);
  loadDotEnv(dirname(dirname(stack.folder)));
  return embeddedTarget(stack, debug);
}

function embeddedTarget(stack: LastStack, debug: boolean): Target {
  const { names } = stack;
  let dynamodb: DynamoDBClient | undefined;
  let sqs: SQSClient | undefined;
  const target: Target = {
    kind: "embedded",
    label: `the embedded stack in ${shown(stack.folder)}`,
    stage: EMBEDDED_STAGE,
    names,
    isRunning: stack.pid !== undefined,
    folder: stack.folder,

    async dynamodb() {
      dynamodb ??= createDynamoDB(awsConfig(await stack.dynamodb()));
      return dynamodb;
    },

    async queues() {
      const { endpoint, queueUrl, dlqUrl } = await stack.sqs();
      sqs ??= createSqs(awsConfig(endpoint));
      // One process: what it does not have, no other server has.
      return { sqs, queueUrl, dlqUrl, waitSeconds: 0 };
    },

    async keys() {
      return {
        source: keySource(stack, (await stack.api()).key),
        vault: fileKeyVault({ file: stack.keyFile, now: systemClock.now }),
        defaultKeyAdvice: DEFAULT_KEY_ADVICE,
      };
    },

    apiUrl: async () => (await stack.api()).url,

    async poll(event) {
      const queues = await target.queues();
      const { createFetcherHandler } = await import("@energylive/functions/fetcher-handler");
      const handler = createFetcherHandler({
        environment: parseEnvironment(FetcherEnvironment, {
          ...process.env,
          STAGE: EMBEDDED_STAGE,
          DEVICES_TABLE: names.devicesTable,
          MEASUREMENT_QUEUE_URL: queues.queueUrl,
          MEASUREMENT_DLQ_URL: queues.dlqUrl,
          ENERGYLIVE_API_URL: await target.apiUrl(),
          API_KEY_PATH: names.apiKeyPath,
        }),
        dynamodb: await target.dynamodb(),
        sqs: queues.sqs,
        keySource: (await target.keys()).source,
        httpGet,
        clock: systemClock,
        random: Math.random,
        log: createLog({ level: debug ? "debug" : "silent", destination: process.stderr }),
        report: () => {},
      });
      const endsAt = Date.now() + FETCHER_TIMEOUT_SECONDS * 1000;
      return handler(event, { getRemainingTimeInMillis: () => endsAt - Date.now() });
    },

    async close() {
      dynamodb?.destroy();
      sqs?.destroy();
      await stack.close();
    },
  };
  return target;
}

/** @param simulatedKey the `default` key of a simulated API; of an account it is in the environment */
function keySource(stack: LastStack, simulatedKey: string | undefined): KeySource {
  // A person's own key is never sent to the simulated API.
  const defaultKey = simulatedKey ?? process.env.ENERGYLIVE_API_KEY ?? "";
  const named = fileKeySource({ defaultKey, file: stack.keyFile });
  return async (name) => {
    if (name === DEFAULT_KEY_NAME && defaultKey === "")
      throw new KeyUnavailableError(`the key "${DEFAULT_KEY_NAME}" is not set: ${DEFAULT_KEY_ADVICE}`);
    return named(name);
  };
}

/** So that the command works in every folder of the project. */
function nearestDataFolder(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, DATA_FOLDER))) return join(folder, DATA_FOLDER);
    if (folder === dirname(folder)) return DATA_FOLDER;
  }
}

/** `npm start` reads it too. Variables that are set win. */
function loadDotEnv(projectFolder: string): void {
  const file = join(projectFolder, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

/** A path as a person here would type it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere || ".";
}
