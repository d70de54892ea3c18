import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";

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

/**
 * `cacheMiddleware`: a client's middlewares never change once it is made, so they are put in order once and not for
 * every request.
 */
const DEFAULTS = { requestHandler: REQUEST_HANDLER, cacheMiddleware: true };

/** For requests of which each is retried by the SDK: reading devices, writing states. */
export function createDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...DEFAULTS, maxAttempts: SDK_ATTEMPTS, ...config });
  withoutLogging(client);
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
  return client;
}

/** For the keys of devices that name one. */
export function createSsm(): SSMClient {
  return new SSMClient({ ...DEFAULTS, maxAttempts: SDK_ATTEMPTS });
}

/**
 * The SDK prepares what it would log of every request and answer, although no logger is set: a seventh of the CPU time
 * of a batch of writes.
 */
const LOGGER_MIDDLEWARE = "loggerMiddleware";

function withoutLogging(client: { middlewareStack: { remove(name: string): boolean } }): void {
  client.middlewareStack.remove(LOGGER_MIDDLEWARE);
}
