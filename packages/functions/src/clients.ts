import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";

/**
 * The AWS SDK waits forever by default. A request that hangs must end well before the function does, so it can be retried.
 */
export const REQUEST_HANDLER = {
  connectionTimeout: 2_000,
  requestTimeout: 5_000,
  /** Silence on the connection. `requestTimeout` ends when the headers arrive, and the body may never come. */
  socketTimeout: 5_000,
  throwOnRequestTimeout: true,
};

/**
 * The SDK's own attempts, for requests that our code does not retry. Batches have their own retries, which know the
 * deadline and what failed.
 */
export const SDK_ATTEMPTS = 5;

/** `cacheMiddleware`: a client's middleware does not change, so it is put in order once and not for every request. */
const DEFAULTS = { requestHandler: REQUEST_HANDLER, cacheMiddleware: true };

/** For requests that the SDK retries: reading devices, writing states. */
export function createDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...DEFAULTS, maxAttempts: SDK_ATTEMPTS, ...config });
  withoutLogging(client);
  return client;
}

/** For batches, which the writer retries. */
export function createBatchDynamoDB(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return createDynamoDB({ maxAttempts: 1, ...config });
}

/** For batches, which the sender retries. */
export function createSqs(config: SQSClientConfig = {}): SQSClient {
  const client = new SQSClient({ ...DEFAULTS, maxAttempts: 1, md5: false, ...config });
  withoutLogging(client);
  return client;
}

/** For what people are told through the stage's topic. */
export function createSns(): SNSClient {
  return new SNSClient({ ...DEFAULTS, maxAttempts: SDK_ATTEMPTS });
}

/** For the named keys of devices, and the channels. */
export function createSsm(): SSMClient {
  return new SSMClient({ ...DEFAULTS, maxAttempts: SDK_ATTEMPTS });
}

/**
 * The SDK prepares what it would log about every request and answer even without a logger: a seventh of the CPU time of a
 * batch of writes.
 */
const LOGGER_MIDDLEWARE = "loggerMiddleware";

function withoutLogging(client: { middlewareStack: { remove(name: string): boolean } }): void {
  client.middlewareStack.remove(LOGGER_MIDDLEWARE);
}

/** For files of the archive, whose transfer takes as long as it takes. */
export function createS3(config: S3ClientConfig = {}): S3Client {
  const requestHandler = { ...REQUEST_HANDLER, requestTimeout: 60_000, socketTimeout: 60_000 };
  return new S3Client({ requestHandler, cacheMiddleware: true, maxAttempts: SDK_ATTEMPTS, ...config });
}
