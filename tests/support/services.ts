/**
 * The DynamoDB and the SQS of the end-to-end and fault tests: the embedded ones, or those that the environment names in
 * `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL_SQS`. There, a test makes the tables and queues of a random stage
 * and removes them when it stops; nothing else that lies there is touched.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type ResourceNames, resourceNames } from "@energylive/core/settings/names";
import { stageTables } from "@energylive/core/settings/tables";
import { createTables, startDynamoDB } from "@energylive/local/services/dynamodb";
import { awsConfig, EMBEDDED_REGION } from "@energylive/local/services/loopback";
import { dlqAttributes, queueAttributes, queuePairs, startSqs } from "@energylive/local/services/sqs";
import type { StackOptions, StackServices } from "@energylive/local/stack";
import { describe } from "vitest";

const { env } = process;
const dynamodbEndpoint = env.AWS_ENDPOINT_URL_DYNAMODB;
const sqsEndpoint = env.AWS_ENDPOINT_URL_SQS;
const usesOthers = dynamodbEndpoint !== undefined || sqsEndpoint !== undefined;
const hasCredentials = usesOthers && env.AWS_ACCESS_KEY_ID !== undefined;

export const services: StackServices = {
  awsConfig: (endpoint) =>
    hasCredentials ? { endpoint, region: env.AWS_REGION ?? EMBEDDED_REGION } : awsConfig(endpoint),
  startDynamoDB: (options) =>
    dynamodbEndpoint === undefined ? startDynamoDB(options) : makeTables(dynamodbEndpoint, options),
  startSqs: (options) =>
    sqsEndpoint === undefined ? startSqs(options) : makeQueues(sqsEndpoint, options.names),
};

/** For a stack: `undefined` if it should use its own services, whose stage nobody else uses. */
export function otherServices(): Pick<StackOptions, "services" | "stage"> {
  return usesOthers ? { services, stage: randomStage() } : {};
}

/**
 * For tests of the embedded services themselves: their files, their start, where they listen. Shown as skipped when the
 * environment names other services.
 */
export const describeEmbedded = describe.skipIf(usesOthers);

/** The variables with which a process finds region and credentials. */
export function awsVariables(): Record<string, string> {
  const { region, credentials } = services.awsConfig("");
  if (credentials === undefined) return { AWS_REGION: region };
  const { accessKeyId, secretAccessKey } = credentials;
  return { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

/** A stage for one test, so tests can share a service without sharing a table. */
export function randomStage(): string {
  return `test-${randomBytes(6).toString("hex")}`;
}

/** The tables and queues of a stage that no other test has; they are removed with it. */
export interface Services extends AsyncDisposable {
  names: ResourceNames;
  stage: string;
  /** Endpoints. */
  dynamodb: string;
  sqs: string;
  queueUrl: string;
  dlqUrl: string;
  profileQueueUrl: string;
  profileDlqUrl: string;
}

export async function startServices(): Promise<Services> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  const stage = randomStage();
  const names = resourceNames(stage);
  const dynamodb = await services.startDynamoDB({ folder: join(folder, "dynamodb"), names });
  started.defer(() => dynamodb.stop());
  const sqs = await services.startSqs({ folder: join(folder, "sqs"), names });
  started.defer(() => sqs.stop());
  const owned = started.move();
  return {
    names,
    stage,
    dynamodb: dynamodb.endpoint,
    sqs: sqs.endpoint,
    queueUrl: sqs.queueUrl,
    dlqUrl: sqs.dlqUrl,
    profileQueueUrl: sqs.profileQueueUrl,
    profileDlqUrl: sqs.profileDlqUrl,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function makeTables(endpoint: string, { names }: Parameters<typeof startDynamoDB>[0]) {
  const client = new DynamoDBClient(services.awsConfig(endpoint));
  await createTables(client, names);
  return {
    endpoint,
    async stop() {
      for (const { name: TableName } of stageTables(names))
        await client.send(new DeleteTableCommand({ TableName }));
      client.destroy();
    },
  };
}

async function makeQueues(endpoint: string, names: ResourceNames) {
  const client = new SQSClient(services.awsConfig(endpoint));
  const urls = new Map<string, string>();
  for (const [queue, dlq] of queuePairs(names)) {
    const QueueUrl = await makeQueue(client, dlq, dlqAttributes());
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    urls.set(dlq, QueueUrl);
    urls.set(queue, await makeQueue(client, queue, queueAttributes(Attributes?.QueueArn ?? "")));
  }
  const urlOf = (name: string) => urls.get(name) ?? "";
  return {
    endpoint,
    queueUrl: urlOf(names.measurementQueue),
    dlqUrl: urlOf(names.measurementDlq),
    profileQueueUrl: urlOf(names.profileQueue),
    profileDlqUrl: urlOf(names.profileDlq),
    async stop() {
      for (const QueueUrl of urls.values()) await client.send(new DeleteQueueCommand({ QueueUrl }));
      client.destroy();
    },
  };
}

async function makeQueue(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  if (QueueUrl === undefined) throw new TypeError(`SQS made ${QueueName} and gave it no URL`);
  return QueueUrl;
}
