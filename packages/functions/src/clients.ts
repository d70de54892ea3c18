import {
  DynamoDBClient,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
} from "@aws-sdk/client-dynamodb";
import { SQSClient, type SQSClientConfig, SQSServiceException } from "@aws-sdk/client-sqs";

import { reuseEnvelope } from "./envelope.ts";

/**
 * The AWS SDK waits for ever by default. A request that hangs must end well before the function does, so that it can
 * be tried again.
 */
export const REQUEST_HANDLER = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  /** Of silence: `requestTimeout` ends with the answer's headers, and its body may never come. */
  socketTimeout: 5_000,
  throwOnRequestTimeout: true,
};

/**
 * Attempts of the SDK itself, for requests that nothing above retries. What is sent and written in batches has its own
 * retries, which know the deadline and the part that failed.
 */
export const SDK_ATTEMPTS = 5;

/** Commands of which there is one for every device, for every few measurements, or for every page of them. */
const HOT_TABLE_COMMANDS = ["UpdateItemCommand", "BatchWriteItemCommand", "QueryCommand"];
const HOT_QUEUE_COMMANDS = ["SendMessageBatchCommand"];

/**
 * `cacheMiddleware`: a client's middlewares never change once it is made, so they are put in order once and not for
 * every request.
 */
const DEFAULTS = { requestHandler: REQUEST_HANDLER, cacheMiddleware: true };

/** For requests of which each is retried by the SDK: reading devices, writing states. */
export function createDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...DEFAULTS, maxAttempts: SDK_ATTEMPTS, ...config });
  withoutLogging(client);
  reuseEnvelope(client, {
    commands: HOT_TABLE_COMMANDS,
    serviceError: (answer) => new DynamoDBServiceException(answer),
  });
  return client;
}

/** For batches, whose retries are the writer's. */
export function createBatchDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return createDynamoDB({ maxAttempts: 1, ...config });
}

/** For batches, whose retries are the sender's. */
export function createSqs(config: SQSClientConfig = {}): SQSClient {
  const client = new SQSClient({ ...DEFAULTS, maxAttempts: 1, md5: false, ...config });
  withoutLogging(client);
  reuseEnvelope(client, {
    commands: HOT_QUEUE_COMMANDS,
    serviceError: (answer) => new SQSServiceException(answer),
  });
  return client;
}

/**
 * The SDK prepares what it would log of every request and answer, although no logger is set: a seventh of the CPU time
 * of a batch of writes.
 */
const LOGGER_MIDDLEWARE = "loggerMiddleware";

function withoutLogging(client: { middlewareStack: { remove(name: string): boolean } }): void {
  client.middlewareStack.remove(LOGGER_MIDDLEWARE);
}
