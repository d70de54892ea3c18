import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { SSMClient, type SSMClientConfig } from "@aws-sdk/client-ssm";

/**
 * The AWS SDK waits for ever by default. A request that hangs must end well before the function does, so that it can
 * be tried again.
 */
const REQUEST_HANDLER = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
};

/**
 * Attempts of the SDK itself, for requests that nothing above retries. What is sent and written in batches has its own
 * retries, which know the deadline and the part that failed.
 */
const SDK_ATTEMPTS = 5;

/**
 * The SDK prepares what it would log of every request and answer, although no logger is set: a seventh of the CPU time
 * of a batch of writes (docs/performance.md).
 */
const LOGGER_MIDDLEWARE = "loggerMiddleware";

function withoutLogging<Client extends { middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
): Client {
  client.middlewareStack.remove(LOGGER_MIDDLEWARE);
  return client;
}

/** For requests of which each is retried by the SDK: reading devices, writing states. */
export function createDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return withoutLogging(
    new DynamoDBClient({ maxAttempts: SDK_ATTEMPTS, requestHandler: REQUEST_HANDLER, ...config }),
  );
}

/** For batches, whose retries are the writer's. */
export function createBatchDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return createDynamoDB({ maxAttempts: 1, ...config });
}

/** For batches, whose retries are the sender's. */
export function createSqs(config: SQSClientConfig = {}): SQSClient {
  return withoutLogging(
    new SQSClient({ maxAttempts: 1, md5: false, requestHandler: REQUEST_HANDLER, ...config }),
  );
}

export function createSsm(config: SSMClientConfig = {}): SSMClient {
  return new SSMClient({ maxAttempts: SDK_ATTEMPTS, requestHandler: REQUEST_HANDLER, ...config });
}
