import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { systemClock } from "@energylive/core/clock";
import { type DeviceState, DeviceState as State } from "@energylive/core/device/state";
import type { FetcherResult } from "@energylive/core/fetcher/run";
import { ApiKey } from "@energylive/core/keys/api-key";
import { createLog } from "@energylive/core/log";
import {
  ConsumerEnvironment,
  FetcherEnvironment,
  parseEnvironment,
  tableVariables,
} from "@energylive/core/settings/environment";
import { createBatchDynamoDB, createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createConsumerHandler } from "@energylive/functions/consumer-handler";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import { sqsRecord } from "@energylive/local/pipeline/record";
import { awsConfig } from "@energylive/local/services/loopback";
import type { SQSBatchResponse } from "aws-lambda";

import { takeAll } from "../../support/queues.ts";
import { startServices } from "../../support/services.ts";
import { plantedKey, refuseKey } from "../security/planted.ts";
import { type ByteApi, startByteApi } from "./byte-api.ts";

const API_KEY = plantedKey("hostile-input");

/** BatchWriteItem's limit. */
const BATCH_ITEMS = 25;

const EVENT_MESSAGES = 100;

/** The two handlers between embedded services and an API that answers with the bytes that a test gives it. */
export interface Edge extends AsyncDisposable {
  api: ByteApi;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  devicesTable: string;
  queueUrl: string;
  dlqUrl: string;
  /** Every line that was logged since it was last asked. */
  logged(): string[];
  /** A device that no other test has. */
  newDeviceId(): string;
  put(items: readonly Record<string, AttributeValue>[]): Promise<void>;
  fetch(event: unknown): Promise<FetcherResult>;
  consume(event: unknown): Promise<SQSBatchResponse>;
  /** Has the consumer take everything that is queued. @returns the messages that it gave back */
  drain(): Promise<Message[]>;
  /** Empties both queues of what a run that failed has left, so that its smaller brothers begin afresh. */
  empty(): Promise<void>;
  /** Takes everything out of the dead-letter queue. */
  dead(): Promise<Message[]>;
  items(deviceId: string): Promise<Record<string, AttributeValue>[]>;
  state(deviceId: string): Promise<DeviceState>;
}

/** How long an invocation may take; a handler that hangs is found out by it. */
const TIMEOUT_MS = 30_000;

export async function startEdge(): Promise<Edge> {
  await using resources = new AsyncDisposableStack();
  const services = resources.use(await startServices());
  const api = resources.use(await startByteApi());
  const { names, queueUrl, dlqUrl } = services;
  const dynamodb = createDynamoDB(awsConfig(services.dynamodb));
  const batchDynamoDB = createBatchDynamoDB(awsConfig(services.dynamodb));
  const sqs = createSqs(awsConfig(services.sqs));
  resources.defer(() => [dynamodb, batchDynamoDB, sqs].forEach((client) => void client.destroy()));

  const lines: string[] = [];
  const variables = {
    STAGE: services.stage,
    ...tableVariables(names),
    MEASUREMENT_QUEUE_URL: queueUrl,
    MEASUREMENT_DLQ_URL: dlqUrl,
    PROFILE_QUEUE_URL: services.profileQueueUrl,
    ENERGYLIVE_API_URL: api.url,
    API_KEY_PATH: names.apiKeyPath,
    POLL_TIMEOUT_MS: "5000",
  };
  const process = {
    clock: systemClock,
    random: Math.random,
    sqs,
    log: createLog({ level: "debug", destination: { write: (line) => void lines.push(line) } }),
    report: () => {},
  };
  const fetcher = createFetcherHandler({
    ...process,
    environment: parseEnvironment(FetcherEnvironment, variables),
    dynamodb,
    keySource: async (name) => new ApiKey(name, API_KEY),
    fetch,
  });
  const consumer = createConsumerHandler({
    ...process,
    environment: parseEnvironment(ConsumerEnvironment, variables),
    dynamodb: batchDynamoDB,
  });

  /** Each refuses to hang, and to show the key in what it leaves behind. */
  async function invoke<T>(
    handler: (invocation: { getRemainingTimeInMillis(): number }) => Promise<T>,
  ): Promise<T> {
    const endsAt = Date.now() + TIMEOUT_MS;
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(new Error(`no end within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
    try {
      return await Promise.race([
        handler({ getRemainingTimeInMillis: () => endsAt - Date.now() }),
        timeout.promise,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  let devices = 0;
  const owned = resources.move();
  const edge: Edge = {
    api,
    dynamodb,
    sqs,
    devicesTable: names.devicesTable,
    queueUrl,
    dlqUrl,
    logged: () => {
      const logged = lines.splice(0);
      refuseKey("a log line", logged);
      return logged;
    },
    newDeviceId() {
      devices += 1;
      return `I-10082023-${String(devices).padStart(8, "0")}`;
    },
    async put(items) {
      for (let start = 0; start < items.length; start += BATCH_ITEMS) {
        const requests = items.slice(start, start + BATCH_ITEMS).map((Item) => ({ PutRequest: { Item } }));
        await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [names.devicesTable]: requests } }));
      }
    },
    fetch: (event) => invoke((invocation) => fetcher(event, invocation)),
    consume: (event) => invoke((invocation) => consumer(event as never, invocation)),
    async drain() {
      const messages = await takeAll(sqs, queueUrl);
      const given: Message[] = [];
      for (let start = 0; start < messages.length; start += EVENT_MESSAGES) {
        const batch = messages.slice(start, start + EVENT_MESSAGES);
        const { batchItemFailures } = await edge.consume({ Records: batch.map(sqsRecord) });
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        given.push(...batch.filter(({ MessageId = "" }) => failed.has(MessageId)));
      }
      return given;
    },
    async empty() {
      for (const url of [queueUrl, dlqUrl]) await takeAll(sqs, url);
      lines.length = 0;
    },
    async dead() {
      const messages = await takeAll(sqs, dlqUrl);
      refuseKey(
        "a message",
        messages.map((message) => JSON.stringify(message)),
      );
      return messages;
    },
    async items(deviceId) {
      const found: Record<string, AttributeValue>[] = [];
      const query = {
        TableName: names.measurementsTable,
        KeyConditionExpression: "device_id = :device_id",
        ExpressionAttributeValues: { ":device_id": { S: deviceId } },
      };
      for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) found.push(...Items);
      return found;
    },
    async state(deviceId) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: names.devicesTable, Key: { device_id: { S: deviceId } } }),
      );
      return State.read(Item?.state);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
  return edge;
}
