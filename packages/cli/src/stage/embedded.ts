import { dirname } from "node:path";

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { DEFAULT_KEY_NAME } from "@energylive/core/device/device";
import type { KeySource } from "@energylive/core/keys/store";
import type { KeyVault } from "@energylive/core/keys/vault";
import { createLog } from "@energylive/core/log";
import { createSend } from "@energylive/core/notify/send";
import { testChannels } from "@energylive/core/notify/test-channels";
import {
  ArchiverEnvironment,
  ENERGYLIVE_API_URL,
  FetcherEnvironment,
  parseEnvironment,
  RetentionDays,
  tableVariables,
} from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import { FETCHER_TIMEOUT_SECONDS } from "@energylive/core/settings/pipeline";
import { createArchiverHandler } from "@energylive/functions/archiver-handler";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import type { Activity, ActivityRecord } from "@energylive/local/activity";
import { archiveFolder, folderArchive } from "@energylive/local/archive-folder";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { fileKeyVault, keyFile } from "@energylive/local/key-file";
import { fileKeySource } from "@energylive/local/keys";
import { folderChannels, folderTokens } from "@energylive/local/secret-files";
import { awsConfig } from "@energylive/local/services/loopback";

import { makeFolder } from "../start/folder.ts";
import { logDestination } from "../terminal/log.ts";
import { shortPath } from "../terminal/path.ts";
import { embeddedPipeline } from "./embedded-pipeline.ts";
import { queueNames, type Stage } from "./stage.ts";

const DEFAULT_KEY_ADVICE =
  'the key "default" is the variable ENERGYLIVE_API_KEY, of the environment or the file .env: change it there, or take it out';

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
  const ownKeys = keyFile(folder);
  const channels = folderChannels(folder);
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
      const [queue, dlq] = queueNames(names, name).map((beside) => new URL(beside, queueUrl).href);
      return { ...there, queueUrl: queue ?? "", dlqUrl: dlq ?? "" };
    },

    async keys() {
      const vault = fileKeyVault({ file: ownKeys, now: systemClock.now });
      return {
        source: keySource(ownKeys, (await parts.api()).key),
        vault: parts.isSimulated ? withAccountKey(vault, dirname(folder)) : vault,
        ...(environmentKey() === undefined ? {} : { defaultKeyAdvice: DEFAULT_KEY_ADVICE }),
      };
    },

    channels: async () => channels,
    tokens: async () => folderTokens(folder),

    testChannels: (test) =>
      testChannels(
        { test: [...test] },
        {
          channels,
          send: createSend({ fetch, sns: undefined, topicArn: undefined }),
          clock: systemClock,
        },
      ),

    retentionDays: async () => RetentionDays.parse(process.env.RETENTION_DAYS),

    apiUrl: async () => (await parts.api()).url,
    accountApiUrl: async () =>
      parts.isSimulated ? process.env.ENERGYLIVE_API_URL || ENERGYLIVE_API_URL : (await parts.api()).url,

    async poll(event) {
      const queues = await stage.queues();
      const handler = createFetcherHandler({
        environment: parseEnvironment(FetcherEnvironment, {
          ...process.env,
          STAGE: EMBEDDED_STAGE,
          DEVICES_TABLE: names.devicesTable,
          MEASUREMENT_QUEUE_URL: queues.queueUrl,
          MEASUREMENT_DLQ_URL: queues.dlqUrl,
          PROFILE_QUEUE_URL: (await stage.queues("profiles")).queueUrl,
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

    async archive() {
      const files = archiveFolder(folder);
      const handler = createArchiverHandler({
        environment: parseEnvironment(ArchiverEnvironment, {
          STAGE: EMBEDDED_STAGE,
          ...tableVariables(names),
        }),
        dynamodb: await stage.dynamodb(),
        files: folderArchive(files),
        clock: systemClock,
        log: createLog({ level: parts.debug ? "debug" : "silent", destination: logDestination() }),
      });
      const done = await handler({}, { getRemainingTimeInMillis: () => Number.POSITIVE_INFINITY });
      return { files: done.files, rows: done.rows, place: shortPath(files) };
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

/** @param simulatedKey the `default` key of a simulated API: a person's own key is never sent to it */
function keySource(file: string, simulatedKey: string | undefined): KeySource {
  return fileKeySource({ defaultKey: simulatedKey ?? environmentKey(), file });
}

/** The `default` key of an account, where it is not in the key file. */
function environmentKey(): string | undefined {
  return process.env.ENERGYLIVE_API_KEY || undefined;
}

/** The key named `default` that is set for simulated households is the account's: the next start collects its devices. */
function withAccountKey(vault: KeyVault, dataFolder: string): KeyVault {
  return {
    ...vault,
    async set(key) {
      if (key.name !== DEFAULT_KEY_NAME) return vault.set(key);
      const folder = await makeFolder(dataFolder, "account");
      return fileKeyVault({ file: keyFile(folder), now: systemClock.now }).set(key);
    },
  };
}
