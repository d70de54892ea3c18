import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetQueueUrlCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { openDeployedPipeline } from "@energylive/api/pipeline/deployed";
import { parseToken } from "@energylive/core/access/token";
import { ArchiverResult } from "@energylive/core/archive/result";
import { systemClock } from "@energylive/core/clock";
import { FetcherResult } from "@energylive/core/fetcher/result";
import { ssmSecrets } from "@energylive/core/keys/named-secrets";
import { ssmParameterReader } from "@energylive/core/keys/parameter";
import { deployedKeySource } from "@energylive/core/keys/store";
import { ssmKeyVault } from "@energylive/core/keys/vault";
import { parseChannel } from "@energylive/core/notify/channel";
import { TestResult } from "@energylive/core/notify/test-channels";
import type { Queues } from "@energylive/core/queue/queues";
import { ENERGYLIVE_API_URL, RetentionDays } from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import { createDynamoDB, createSqs, createSsm, SDK_ATTEMPTS } from "@energylive/functions/clients";

import * as z from "zod";

import { FailedError, UsageError } from "../errors.ts";
import { functionConfiguration, invoke } from "./lambda.ts";
import { type QueueName, queueNames, type Stage } from "./stage.ts";

/** A receive that waits makes SQS ask all of its servers, so an empty answer means an empty queue. */
const WAIT_SECONDS = 2;

/** Longer than the wait plus a slow answer. */
const SQS_TIMEOUT_MS = 15_000;

/**
 * A deployed stage, with the SDK's default credentials and region.
 *
 * @throws {UsageError} for an impossible stage name
 */
export function openDeployed(name: string): Stage {
  const names = namesOf(name);
  let dynamodb: DynamoDBClient | undefined;
  let sqs: SQSClient | undefined;
  const queues = new Map<QueueName, Promise<Queues>>();
  let pipeline: ReturnType<typeof openDeployedPipeline> | undefined;

  function openTables(): DynamoDBClient {
    dynamodb ??= createDynamoDB();
    return dynamodb;
  }

  async function findQueues(queue: string, dlq: string): Promise<Queues> {
    sqs ??= createSqs({
      maxAttempts: SDK_ATTEMPTS,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: SQS_TIMEOUT_MS },
      // The endpoint is the region's or AWS_ENDPOINT_URL_SQS; a queue's URL only names the queue.
      useQueueUrlAsEndpoint: false,
    });
    const client = sqs;
    const urlOf = async (QueueName: string) => {
      const { QueueUrl = "" } = await client.send(new GetQueueUrlCommand({ QueueName }));
      return QueueUrl;
    };
    const [queueUrl, dlqUrl] = await Promise.all([urlOf(queue), urlOf(dlq)]);
    return { sqs: client, queueUrl, dlqUrl, waitSeconds: WAIT_SECONDS };
  }

  const fetcherVariables = async () =>
    (await functionConfiguration(names.fetcher)).Environment?.Variables ?? {};

  const apiUrl = async () => (await fetcherVariables()).ENERGYLIVE_API_URL ?? ENERGYLIVE_API_URL;

  return {
    kind: "deployed",
    label: `the stage "${name}"`,
    name,
    names,
    isRunning: true,
    isSimulated: false,
    folder: undefined,

    dynamodb: async () => openTables(),

    queues(name = "measurements") {
      const found = queues.get(name) ?? findQueues(...queueNames(names, name));
      queues.set(name, found);
      return found;
    },

    async keys() {
      const ssm = createSsm();
      const readParameter = ssmParameterReader(ssm);
      return {
        async source(keyName) {
          const { ENERGYLIVE_API_KEY: defaultKey } = await fetcherVariables();
          return deployedKeySource({ defaultKey, readParameter, path: names.apiKeyPath })(keyName);
        },
        vault: ssmKeyVault({ ssm, path: names.apiKeyPath }),
      };
    },

    apiUrl,
    accountApiUrl: apiUrl,

    retentionDays: async () => RetentionDays.parse((await fetcherVariables()).RETENTION_DAYS),

    async poll(event): Promise<FetcherResult> {
      const answer = FetcherResult.safeParse(await invoke(names.fetcher, event));
      if (answer.success) return answer.data;
      throw new FailedError(`${names.fetcher} did not return its result: deploy the stage again`);
    },

    async archive() {
      const { ARCHIVERS, ARCHIVE_BUCKET } =
        (await functionConfiguration(names.archiver)).Environment?.Variables ?? {};
      const all = { files: 0, rows: 0, place: `s3://${ARCHIVE_BUCKET}` };
      for (let archiver = 0; archiver < Number(ARCHIVERS); archiver += 1)
        for (let isUnfinished = true; isUnfinished; ) {
          const answer = ArchiverResult.safeParse(await invoke(names.archiver, { archiver }));
          if (!answer.success)
            throw new FailedError(`${names.archiver} did not return its result: deploy the stage again`);
          all.files += answer.data.files;
          all.rows += answer.data.rows;
          isUnfinished = answer.data.isUnfinished;
          if (isUnfinished && answer.data.files === 0)
            throw new FailedError(`${names.archiver} has no time for a single file`, {
              advice: "more shards share the work: ENERGYLIVE_SHARDS",
            });
        }
      return all;
    },

    channels: async () => ssmSecrets({ ssm: createSsm(), path: names.channelPath, parse: parseChannel }),
    tokens: async () => ssmSecrets({ ssm: createSsm(), path: names.tokenPath, parse: parseToken }),

    async testChannels(channels) {
      const answer = z.array(TestResult).safeParse(await invoke(names.profiler, { test: channels }));
      if (answer.success) return answer.data;
      throw new FailedError(`${names.profiler} did not return its result: deploy the stage again`);
    },

    async pipeline() {
      pipeline ??= openDeployedPipeline({ stage: name, names, now: systemClock.now });
      return pipeline.source;
    },

    async close() {
      pipeline?.close();
      dynamodb?.destroy();
      sqs?.destroy();
    },
  };
}

function namesOf(stage: string) {
  try {
    return resourceNames(stage);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
