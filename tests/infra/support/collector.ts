import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type Alert, createAlertStore } from "@energylive/core/alert/store";
import type { DecimalText } from "@energylive/core/decimal";
import { measurementItem } from "@energylive/core/measurement/item";
import type { Profile } from "@energylive/core/profile/profile";
import { createProfileStore } from "@energylive/core/profile/store";
import { resourceNames } from "@energylive/core/settings/names";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { awsConfig } from "@energylive/local/services/loopback";
import { startSqs } from "@energylive/local/services/sqs";

import { startSimulatedApi } from "@energylive/simulator/server";

import type { HANDLERS } from "../../../stacks/bundle.ts";
import { type Graph, resource } from "../../../tools/sst/graph.ts";
import { LambdaFunction } from "../../../tools/sst/resources.ts";
import { startS3, type TestS3 } from "../../support/s3.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { type RecordingAws, startRecordingAws } from "./aws.ts";
import { type LambdaProcess, startLambda } from "./lambda.ts";

/**
 * The collector as it is deployed: its bundles with the graph's environment, each in a bare process, between the
 * embedded services. Each has an AWS of its own, so every recorded call belongs to one of them.
 */
export interface DeployedCollector extends AsyncDisposable {
  fetcher: LambdaProcess & { aws: RecordingAws };
  consumer: LambdaProcess & { aws: RecordingAws };
  profiler: LambdaProcess & { aws: RecordingAws };
  prices: LambdaProcess & { aws: RecordingAws };
  reporter: LambdaProcess & { aws: RecordingAws };
  archiver: LambdaProcess & { aws: RecordingAws };
  /** Of the archiver alone. */
  s3: TestS3;
  putDevice(item: Record<string, unknown>): Promise<void>;
  /** The messages in the measurement queue, as the event source mapping would pass them. */
  receive(): Promise<{ Records: Record<string, unknown>[] }>;
  send(body: string): Promise<void>;
  storedMeasurements(): Promise<number>;
  putMeasurement(timestamp: number): Promise<void>;
  /** A day of which measurements came late, long enough ago. */
  putLatePeriod(day: string): Promise<void>;
  putAlert(alert: Alert): Promise<void>;
  putProfile(profile: Profile): Promise<void>;
}

const NAMED_KEY = "second";
const API_KEYS = ["the-default-key", "the-named-key"] as const;

export async function startDeployedCollector(
  graph: Graph,
  answerDevice: (id: string) => unknown,
): Promise<DeployedCollector> {
  const names = resourceNames(graph.stage);
  const { region } = graph.app.providers.aws;
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "energylive-deployed-"));
  resources.defer(() => rm(folder, { recursive: true }));
  const dynamodbService = await startDynamoDB({ folder: join(folder, "dynamodb"), names });
  resources.defer(() => dynamodbService.stop());
  const sqsService = await startSqs({ folder: join(folder, "sqs"), names });
  resources.defer(() => sqsService.stop());
  const dynamodb = resources.adopt(new DynamoDBClient(awsConfig(dynamodbService.endpoint)), (client) =>
    client.destroy(),
  );
  const sqs = resources.adopt(new SQSClient(awsConfig(sqsService.endpoint)), (client) => client.destroy());
  const api = resources.use(await startApi(answerDevice));
  const priceApi = resources.use(await startSimulatedApi({ deviceCount: 0 }));
  const s3 = resources.use(await startS3());

  async function start(name: keyof typeof HANDLERS, logicalName: string) {
    const aws = resources.use(
      await startRecordingAws({
        region,
        dynamodb: dynamodbService.endpoint,
        sqs: sqsService.endpoint,
        parameters: {
          [`${names.apiKeyPath}default`]: API_KEYS[0],
          [`${names.apiKeyPath}${NAMED_KEY}`]: API_KEYS[1],
          [`${names.channelPath}people`]: JSON.stringify({ kind: "sns", reports: ["week", "month"] }),
        },
      }),
    );
    const lambda = await startLambda(name, {
      ...environmentOf(graph, logicalName, aws.url, api.url, priceApi.priceUrl),
      AWS_ENDPOINT_URL_S3: s3.endpoint,
    });
    return { ...resources.use(lambda), aws };
  }

  const fetcher = await start("fetcher", "FetcherFunction");
  const consumer = await start("consumer", "ConsumerFunction");
  const profiler = await start("profiler", "ProfilerFunction");
  const prices = await start("prices", "PriceReaderFunction");
  const reporter = await start("reporter", "ReporterFunction");
  const archiver = await start("archiver", "ArchiverFunction");
  const owned = resources.move();
  return {
    fetcher,
    consumer,
    profiler,
    prices,
    reporter,
    archiver,
    s3,
    async putDevice(item) {
      await dynamodb.send(new PutItemCommand({ TableName: names.devicesTable, Item: marshall(item) }));
    },
    async send(MessageBody) {
      await sqs.send(new SendMessageCommand({ QueueUrl: sqsService.queueUrl, MessageBody }));
    },
    async receive() {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: sqsService.queueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
        }),
      );
      const attributes = { ApproximateReceiveCount: "1" };
      return {
        Records: Messages.map(({ MessageId, ReceiptHandle, Body }) => ({
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          attributes,
        })),
      };
    },
    async storedMeasurements() {
      const { Count = 0 } = await dynamodb.send(new ScanCommand({ TableName: names.measurementsTable }));
      return Count;
    },
    async putMeasurement(timestamp) {
      const measurement = {
        device_id: "I-10082023-01658401",
        measurement_type: "0100010700",
        timestamp,
        value: "138" as DecimalText,
        collection_time: new Date(timestamp).toISOString(),
        retention_days: 365,
      };
      await dynamodb.send(
        new PutItemCommand({ TableName: names.measurementsTable, Item: measurementItem(measurement) }),
      );
    },
    async putLatePeriod(day) {
      const Item = marshall({ device_id: "archive", alert_key: day, noted_at: Date.now() - 600_000 });
      await dynamodb.send(new PutItemCommand({ TableName: names.alertsTable, Item }));
    },
    async putAlert(alert) {
      await createAlertStore({ dynamodb, table: names.alertsTable }).add(alert);
    },
    async putProfile(profile) {
      await createProfileStore({ dynamodb, table: names.profilesTable }).write(profile);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The graph's environment, with every URL on this machine and what Lambda itself adds. */
function environmentOf(
  graph: Graph,
  logicalName: string,
  awsUrl: string,
  apiUrl: string,
  priceUrl: string,
): Record<string, string> {
  const { inputs } = resource(graph, "aws:lambda/function:Function", logicalName);
  const { variables } = LambdaFunction.parse(inputs).environment;
  const local = Object.entries(variables).map(([name, value]): [string, string] => {
    if (name.endsWith("_QUEUE_URL") || name.endsWith("_DLQ_URL")) {
      return [name, `${awsUrl}/000000000000/${value.split("/").at(-1)}`];
    }
    return [name, value];
  });
  return {
    ...Object.fromEntries(local),
    ...(variables.ENERGYLIVE_API_URL && { ENERGYLIVE_API_URL: apiUrl }),
    ...(variables.ENERGYLIVE_PRICE_SOURCE && { ENERGYLIVE_PRICE_URL: priceUrl }),
    AWS_REGION: graph.app.providers.aws.region,
    AWS_ACCESS_KEY_ID: "function",
    AWS_SECRET_ACCESS_KEY: "function",
    AWS_SESSION_TOKEN: "function",
    AWS_ENDPOINT_URL: awsUrl,
  };
}

/** The energyLIVE API: `GET /devices/<id>/measurements/latest`, with either key. */
function startApi(answerDevice: (id: string) => unknown): Promise<TestServer> {
  return startServer((request, response) => {
    const [, id = ""] = /^\/devices\/([^/]+)\/measurements\/latest$/.exec(request.url ?? "") ?? [];
    const isKnown = API_KEYS.some((key) => key === request.headers["x-api-key"]);
    response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(isKnown ? answerDevice(id) : { message: "Unauthorized" }));
  });
}
