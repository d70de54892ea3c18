import { join } from "node:path";

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import { KeyUnavailableError } from "@energylive/core/keys/api-key";
import type { KeySource } from "@energylive/core/keys/store";
import { createLog } from "@energylive/core/log";
import { FetcherEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import { FETCHER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import type { Activity, ActivityRecord } from "@energylive/local/activity";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { fileKeyVault } from "@energylive/local/key-file";
import { fileKeySource } from "@energylive/local/keys";
import { awsConfig } from "@energylive/local/services/loopback";

import { logDestination } from "../terminal/log.ts";
import { shortPath } from "../terminal/path.ts";
import { embeddedPipeline } from "./embedded-pipeline.ts";
import type { Stage } from "./stage.ts";

const DEFAULT_KEY_ADVICE =
  'on the embedded stack the key "default" is the variable ENERGYLIVE_API_KEY: put the line ENERGYLIVE_API_KEY=… into the file .env, then npm start';

/** What a running and a stopped stack have in common; they differ in where their services are. */
export interface EmbeddedParts {
  /** The stack's own folder. */
  folder: string;
  isSimulated: boolean;
  isRunning: boolean;
  /** The endpoint. */
  dynamodb(): Promise<string>;
  sqs(): Promise<{ endpoint: string; queueUrl: string; dlqUrl: string }>;
  /** The API that it polls, and the key named `default` of a simulated one. */
  api(): Promise<{ url: string; key: string | undefined }>;
  activity: { now(): Activity | Promise<Activity>; onChange?: ActivityRecord["onChange"] };
  /** Shows the fetcher's log of a poll. */
  debug: boolean;
  close(): Promise<void>;
}

/** The embedded stack as a stage. */
export function embeddedStage(parts: EmbeddedParts): Stage {
  const { folder, activity } = parts;
  const names = resourceNames(EMBEDDED_STAGE);
  const keyFile = join(folder, "keys.json");
  let dynamodb: DynamoDBClient | undefined;
  let sqs: SQSClient | undefined;
  const stage: Stage = {
    kind: "embedded",
    label: `the embedded stack in ${shortPath(folder)}`,
    name: EMBEDDED_STAGE,
    folder: shortPath(folder),
    names,
    isRunning: parts.isRunning,
    isSimulated: parts.isSimulated,

    async dynamodb() {
      dynamodb ??= createDynamoDB(awsConfig(await parts.dynamodb()));
      return dynamodb;
    },

    async queues(name = "measurements") {
      const { endpoint, queueUrl, dlqUrl } = await parts.sqs();
      sqs ??= createSqs(awsConfig(endpoint));
      // One process has every message, so there is no other server to wait for.
      const there = { sqs, waitSeconds: 0 };
      if (name === "measurements") return { ...there, queueUrl, dlqUrl };
      const beside = (queue: string) => new URL(queue, queueUrl).href;
      return { ...there, queueUrl: beside(names.profileQueue), dlqUrl: beside(names.profileDlq) };
    },

    async keys() {
      return {
        source: keySource(keyFile, (await parts.api()).key),
        vault: fileKeyVault({ file: keyFile, now: systemClock.now }),
        defaultKeyAdvice: DEFAULT_KEY_ADVICE,
      };
    },

    apiUrl: async () => (await parts.api()).url,

    async poll(event) {
      const queues = await stage.queues();
      const handler = createFetcherHandler({
        environment: parseEnvironment(FetcherEnvironment, {
          ...process.env,
          STAGE: EMBEDDED_STAGE,
          DEVICES_TABLE: names.devicesTable,
          MEASUREMENT_QUEUE_URL: queues.queueUrl,
          MEASUREMENT_DLQ_URL: queues.dlqUrl,
          ENERGYLIVE_API_URL: await stage.apiUrl(),
          API_KEY_PATH: names.apiKeyPath,
        }),
        dynamodb: await stage.dynamodb(),
        sqs: queues.sqs,
        keySource: (await stage.keys()).source,
        fetch,
        clock: systemClock,
        random: Math.random,
        log: createLog({ level: parts.debug ? "debug" : "silent", destination: logDestination() }),
        report: () => {},
      });
      const endsAt = Date.now() + FETCHER_TIMEOUT_SECONDS * 1000;
      return handler(event, { getRemainingTimeInMillis: () => endsAt - Date.now() });
    },

    pipeline: async () =>
      embeddedPipeline({
        activity: activity.now,
        ...(activity.onChange === undefined ? {} : { onActivity: activity.onChange }),
        sqs: async () => (await parts.sqs()).endpoint,
        queue: names.measurementQueue,
        now: systemClock.now,
        isRunning: parts.isRunning,
      }),

    async close() {
      dynamodb?.destroy();
      sqs?.destroy();
      await parts.close();
    },
  };
  return stage;
}

/** @param simulatedKey the `default` key of a simulated API; an account's is in the environment */
function keySource(keyFile: string, simulatedKey: string | undefined): KeySource {
  // A person's own key is never sent to the simulated API.
  const defaultKey = simulatedKey ?? process.env.ENERGYLIVE_API_KEY ?? "";
  const named = fileKeySource({ defaultKey, file: keyFile });
  return async (name) => {
    if (name === DEFAULT_KEY_NAME && defaultKey === "")
      throw new KeyUnavailableError(`the key "${DEFAULT_KEY_NAME}" is not set: ${DEFAULT_KEY_ADVICE}`);
    return named(name);
  };
}
