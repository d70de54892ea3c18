import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { tableVariables } from "@energylive/core/settings/environment";
import { type SimulatedApi, startSimulatedApi } from "@energylive/simulator/server";

import { AwsFailure, startAws, type TestAws } from "../../support/aws.ts";
import { startServer } from "../../support/server.ts";
import {
  services as awsServices,
  awsVariables,
  type Services,
  startServices,
} from "../../support/services.ts";
import { type FaultyProxy, startFaultyProxy } from "../proxy/server.ts";
import { plantedKey, showsKey } from "../security/planted.ts";
import { Journal } from "./journal.ts";

const PLANTED_KEY = plantedKey("fault-runs");

/** How much faster the simulated households live: every poll of a run finds something new. */
const SPEED = 60;

/** Seconds until the message of a killed process comes back; a returned one comes back sooner. */
const VISIBILITY = { received: 5, givenBack: 1 };

/** Everything around the handlers of a run; it outlives their processes. */
export interface World extends AsyncDisposable {
  services: Services;
  api: SimulatedApi;
  proxies: { dynamodb: FaultyProxy; sqs: FaultyProxy; api: FaultyProxy };
  journal: Journal;
  /** Past the proxies. */
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  holdsKey: (text: string) => boolean;
  people: People;
  /** Of all handlers. */
  environment: Record<string, string>;
}

export async function startWorld(options: {
  seed: number;
  devices: number;
  seconds: number;
}): Promise<World> {
  await using resources = new AsyncDisposableStack();
  const services = resources.use(await startServices());
  const api = resources.use(await simulate(options));
  const journal = new Journal({ holdsKey: showsKey, names: services.names });
  const onEffect = journal.effect.bind(journal);
  const proxies = {
    dynamodb: resources.use(await startFaultyProxy({ target: services.dynamodb, onEffect })),
    sqs: resources.use(await startFaultyProxy({ target: services.sqs, onEffect, visibility: VISIBILITY })),
    api: resources.use(await startFaultyProxy({ target: api.baseUrl, onEffect })),
  };
  const dynamodb = resources.adopt(new DynamoDBClient(awsServices.awsConfig(services.dynamodb)), destroy);
  const sqs = resources.adopt(new SQSClient(awsServices.awsConfig(services.sqs)), destroy);
  const people = resources.use(await startPeople());
  const ssm = resources.use(await startChannels(people.url));
  const owned = resources.move();
  return {
    services,
    api,
    proxies,
    journal,
    dynamodb,
    sqs,
    holdsKey: showsKey,
    people,
    environment: { ...environmentOf(services, proxies), AWS_ENDPOINT_URL_SSM: ssm.endpoint },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Who is told of alerts, by a webhook that fails now and then until it is healed. */
interface People extends AsyncDisposable {
  url: string;
  /** The ids of what they were told, in order. */
  told: string[];
  heal(): void;
}

/** One of so many notifications is not taken. */
const REFUSED = 5;

async function startPeople(): Promise<People> {
  const told: string[] = [];
  let [asked, isHealthy] = [0, false];
  const server = await startServer(async (request, response) => {
    asked += 1;
    const { id } = JSON.parse(await text(request));
    const isTaken = isHealthy || asked % REFUSED > 0;
    if (isTaken) told.push(id);
    response.writeHead(isTaken ? 200 : 503).end();
  });
  return {
    url: server.url,
    told,
    heal: () => {
      isHealthy = true;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** SSM, which has one channel and no key. */
function startChannels(url: string): Promise<TestAws> {
  return startAws(({ operation, input }) =>
    operation === "GetParametersByPath"
      ? { Parameters: [{ Name: `${input.Path}/people`, Value: JSON.stringify({ kind: "webhook", url }) }] }
      : new AwsFailure("ParameterNotFound"),
  );
}

/** A simulated API whose clock ends before now: a time ahead of the fetcher's clock is a fault of its own. */
function simulate({ seed, devices, seconds }: { seed: number; devices: number; seconds: number }) {
  const startedAt = Date.now();
  const headStartMs = (seconds + 120) * 1000 * SPEED;
  return startSimulatedApi({
    deviceCount: devices,
    gatewayCount: Math.ceil(devices / 10),
    seed,
    apiKey: PLANTED_KEY,
    record: true,
    now: () => Math.floor(startedAt - headStartMs + (Date.now() - startedAt) * SPEED),
  });
}

function environmentOf(services: Services, proxies: World["proxies"]): Record<string, string> {
  const { names } = services;
  const through = (queueUrl: string) => new URL(new URL(queueUrl).pathname, proxies.sqs.endpoint).href;
  return {
    STAGE: services.stage,
    LOG_LEVEL: "debug",
    ...tableVariables(names),
    MEASUREMENT_QUEUE_URL: through(services.queueUrl),
    MEASUREMENT_DLQ_URL: through(services.dlqUrl),
    // The households live sixty times as fast, so their quarter-hours are over soon.
    PROFILE_DELAY_SECONDS: "1",
    PROFILE_QUEUE_URL: through(services.profileQueueUrl),
    PROFILE_DLQ_URL: through(services.profileDlqUrl),
    CHANNEL_PATH: names.channelPath,
    ENERGYLIVE_API_URL: `${proxies.api.endpoint}/api/v1`,
    ENERGYLIVE_API_KEY: PLANTED_KEY,
    API_KEY_PATH: names.apiKeyPath,
    POLL_TIMEOUT_MS: "2000",
    ...awsVariables(),
    AWS_ENDPOINT_URL_DYNAMODB: proxies.dynamodb.endpoint,
    AWS_ENDPOINT_URL_SQS: proxies.sqs.endpoint,
  };
}

function destroy(client: { destroy(): void }): void {
  client.destroy();
}
