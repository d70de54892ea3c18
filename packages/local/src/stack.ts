import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { ArchiverResult } from "@energylive/core/archive/result";
import { type Clock, systemClock } from "@energylive/core/clock";
import { createDeviceRegistry, type DeviceRegistry } from "@energylive/core/device/registry";
import type { FetcherEvent, FetcherResult } from "@energylive/core/fetcher/run";
import type { Log } from "@energylive/core/log";
import { createMeasurementHistory, type MeasurementHistory } from "@energylive/core/measurement/history";
import { createLatestMeasurements, type LatestMeasurements } from "@energylive/core/measurement/latest";
import { createSend } from "@energylive/core/notify/send";
import type { PriceResult } from "@energylive/core/price/run";
import { type Depth, readDepth } from "@energylive/core/queue/depth";
import type { ReporterResult } from "@energylive/core/report/run";
import {
  ArchiverEnvironment,
  ConsumerEnvironment,
  FetcherEnvironment,
  PricesEnvironment,
  ProfilerEnvironment,
  parseEnvironment,
  ReporterEnvironment,
  tableVariables,
} from "@energylive/core/settings/environment";
import { type ResourceNames, resourceNames } from "@energylive/core/settings/names";
import {
  ARCHIVER_TIMEOUT_SECONDS,
  CONSUMER_TIMEOUT_SECONDS,
  EVENT_SOURCE_MAPPING,
  FETCHER_TIMEOUT_SECONDS,
  PROFILE_DELAY,
  PROFILE_MAPPING,
  PROFILER_TIMEOUT_SECONDS,
  REPORTER_TIMEOUT_SECONDS,
} from "@energylive/core/settings/pipeline";
import { createArchiverHandler } from "@energylive/functions/archiver-handler";
import { createBatchDynamoDB, createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createConsumerHandler } from "@energylive/functions/consumer-handler";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import { createPricesHandler } from "@energylive/functions/prices-handler";
import { createProfilerHandler } from "@energylive/functions/profiler-handler";
import { createReporterHandler } from "@energylive/functions/reporter-handler";

import { type ActivityRecord, activityFile, openActivityRecord } from "./activity.ts";
import { archiveFolder, folderArchive } from "./archive-folder.ts";
import { EMBEDDED_STAGE } from "./embedded-stage.ts";
import { keyFile } from "./key-file.ts";
import { fileKeySource } from "./keys.ts";
import { startEventSourceMapping } from "./pipeline/event-source-mapping.ts";
import { folderChannels } from "./secret-files.ts";
import { checkRoom, serviceFailure } from "./services/data-folder.ts";
import { startDynamoDB } from "./services/dynamodb.ts";
import { lockFolder } from "./services/folder-lock.ts";
import { awsConfig } from "./services/loopback.ts";
import { type EmbeddedSqs, startSqs } from "./services/sqs.ts";

/** Where tables and queues are: the embedded services, or any others that speak AWS's protocols. */
export interface StackServices {
  awsConfig: typeof awsConfig;
  startDynamoDB: typeof startDynamoDB;
  startSqs: typeof startSqs;
}

export interface StackOptions {
  /** The folder of tables and queues. */
  folder: string;
  /** Default: the embedded services. */
  services?: StackServices;
  /** The stage whose table and queue names are used; default `local`. */
  stage?: string;
  /** Deletes existing data first. Default false. */
  fresh?: boolean;
  /** How long a batch of messages is collected; default as deployed. */
  windowSeconds?: number;
  /** How long load profiles may wait for the end of their quarter-hour; default as deployed. */
  profileDelaySeconds?: number;
  /** Without a key, the one named `default` is in the stack's key file. */
  api: { url: string; key?: string | undefined };
  /** Base URL of another price API than the public one. */
  priceUrl?: string | undefined;
  /** Whether devices and market prices are simulated. Default false. */
  isSimulated?: boolean;
  /** Where the page is, for those who are told of alerts; known once it is served. */
  dashboardUrl?: () => string | undefined;
  log: Log;
  /** Settings of the handlers that a person may want to change: `LOG_LEVEL`, `POLL_CONCURRENCY` and `POLL_TIMEOUT_MS`. */
  variables?: Readonly<Record<string, string | undefined>>;
  clock?: Clock;
}

export interface Totals {
  stored: number;
  duplicate: number;
  /** By the consumer; the fetcher's are in its result. */
  quarantined: number;
}

/** Of the measurement queue, and the number of messages in its dead-letter queue. */
export interface QueueDepth extends Depth {
  dlq: number;
  /** What the profiler has still to compute, and to tell. */
  profiles: number;
}

/** The whole system on one machine: the handlers as they are deployed, between embedded services. */
export interface Stack {
  names: ResourceNames;
  endpoints: { dynamodb: string; sqs: string; queueUrl: string; dlqUrl: string; api: string };
  devices: DeviceRegistry;
  history: MeasurementHistory;
  latest: LatestMeasurements;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  /** Since the stack started. */
  totals: Readonly<Totals>;
  /** Runs, throughput and lag of the last day, including those before the start. */
  activity: Pick<ActivityRecord, "now" | "onChange">;
  /** Invokes the fetcher. */
  poll(event: Partial<FetcherEvent>): Promise<FetcherResult>;
  /** Sends the reports that are due: now, or at another time, as ISO 8601. */
  sendReports(event?: { at?: string }): Promise<ReporterResult>;
  /** Archives the days that are over, in the folder `archive`. */
  archive(): Promise<ArchiverResult>;
  /** Reads the market prices that are missing. `signal` ends a request that is under way. */
  fetchPrices(signal: AbortSignal): Promise<PriceResult>;
  queueDepth(): Promise<QueueDepth>;
  /** Rejects when the stack cannot go on: its disk is full, or an embedded service failed. Then `stop` it. */
  failed: Promise<never>;
  /** Finishes what is in flight, then stops the services. Queued messages stay on disk. */
  stop(): Promise<void>;
}

const EMBEDDED: StackServices = { awsConfig, startDynamoDB, startSqs };
const WHOLE = { index: 0, total: 1 };

/**
 * @throws {FolderInUseError}
 * @throws {DataFolderError} if the data on disk cannot be read, or the disk is full
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, log, clock = systemClock, services = EMBEDDED, stage = EMBEDDED_STAGE } = options;
  const { awsConfig } = services;
  const names = resourceNames(stage);
  // Stops in reverse order what was started: at `stop`, or at once if a later step fails.
  await using started = new AsyncDisposableStack();
  started.defer(await lockFolder(folder));
  const [tables, queues] = [join(folder, "dynamodb"), join(folder, "sqs")];
  if (options.fresh === true) {
    for (const stored of [tables, queues, activityFile(folder), archiveFolder(folder)])
      await rm(stored, { recursive: true, force: true });
  }
  const activity = await openActivityRecord({ folder, clock, log });
  started.defer(() => activity.close());
  await checkRoom(folder);
  const dynamodbService = await services.startDynamoDB({ folder: tables, names });
  started.defer(() => dynamodbService.stop());
  const sqsService = await services.startSqs({ folder: queues, names });
  started.defer(() => sqsService.stop());
  if (sqsService.warning !== undefined) log.warn({ event: "queue_log_missing", message: sqsService.warning });
  const variables = {
    ...options.variables,
    STAGE: stage,
    ...tableVariables(names),
    MEASUREMENT_QUEUE_URL: sqsService.queueUrl,
    MEASUREMENT_DLQ_URL: sqsService.dlqUrl,
    PROFILE_QUEUE_URL: sqsService.profileQueueUrl,
    PROFILE_DLQ_URL: sqsService.profileDlqUrl,
    CHANNEL_PATH: names.channelPath,
    PROFILE_DELAY_SECONDS: String(options.profileDelaySeconds ?? PROFILE_DELAY.longest),
    ...(options.priceUrl === undefined ? {} : { ENERGYLIVE_PRICE_URL: options.priceUrl }),
    ENERGYLIVE_API_URL: options.api.url,
    API_KEY_PATH: names.apiKeyPath,
  };
  const dynamodb = createDynamoDB(awsConfig(dynamodbService.endpoint));
  const batchDynamoDB = createBatchDynamoDB(awsConfig(dynamodbService.endpoint));
  const sqs = createSqs(awsConfig(sqsService.endpoint));
  started.defer(() => {
    for (const client of [dynamodb, batchDynamoDB, sqs]) client.destroy();
  });
  const totals: Totals = { stored: 0, duplicate: 0, quarantined: 0 };
  const process = { clock, random: Math.random, log, sqs };

  const fetcher = createFetcherHandler({
    ...process,
    environment: parseEnvironment(FetcherEnvironment, variables),
    dynamodb,
    keySource: fileKeySource({ defaultKey: options.api.key, file: keyFile(folder) }),
    fetch,
    report: () => {},
  });
  const consumer = createConsumerHandler({
    ...process,
    environment: parseEnvironment(ConsumerEnvironment, variables),
    dynamodb: batchDynamoDB,
    report: (summary) => {
      totals.stored += summary.stored;
      totals.duplicate += summary.duplicate;
      totals.quarantined += summary.quarantined;
      activity.addStored(summary.stored, summary.ingestLagsMs);
    },
  });
  const mapping = startEventSourceMapping({
    sqs,
    queueUrl: sqsService.queueUrl,
    batchSize: EVENT_SOURCE_MAPPING.batchSize,
    windowSeconds: options.windowSeconds ?? EVENT_SOURCE_MAPPING.windowSeconds,
    handler: (event) => consumer(event, timeLimit(clock, CONSUMER_TIMEOUT_SECONDS)),
    log,
  });

  started.defer(() => mapping.stop());
  const channels = folderChannels(folder);
  const send = createSend({ fetch, sns: undefined, topicArn: undefined });
  const profilerEnvironment = parseEnvironment(ProfilerEnvironment, variables);
  const profiler = createProfilerHandler({
    ...process,
    environment: profilerEnvironment,
    dynamodb,
    channels,
    send,
    dashboardUrl: () => profilerEnvironment.ENERGYLIVE_DASHBOARD_URL ?? options.dashboardUrl?.(),
    report: () => {},
  });
  const profileMapping = startEventSourceMapping({
    sqs,
    queueUrl: sqsService.profileQueueUrl,
    batchSize: PROFILE_MAPPING.batchSize,
    windowSeconds: Math.min(
      PROFILE_MAPPING.windowSeconds,
      options.profileDelaySeconds ?? Number.POSITIVE_INFINITY,
    ),
    handler: (event) => profiler(event, timeLimit(clock, PROFILER_TIMEOUT_SECONDS)),
    log,
  });
  started.defer(() => profileMapping.stop());
  const sendReports = createReporterHandler({
    environment: parseEnvironment(ReporterEnvironment, variables),
    dynamodb,
    channels,
    send,
    isSimulated: options.isSimulated ?? false,
    clock,
    log,
  });
  const archive = createArchiverHandler({
    environment: parseEnvironment(ArchiverEnvironment, variables),
    dynamodb,
    files: folderArchive(archiveFolder(folder)),
    clock,
    log,
  });
  const fetchPrices = createPricesHandler({
    environment: parseEnvironment(PricesEnvironment, variables),
    dynamodb,
    fetch,
    clock,
    log,
  });
  const running = started.move();
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  dynamodbService.failed?.catch(async (error) => failed.reject(await serviceFailure(folder, error)));
  const measurementsTable = { dynamodb, table: names.measurementsTable };

  return {
    names,
    endpoints: {
      dynamodb: dynamodbService.endpoint,
      sqs: sqsService.endpoint,
      queueUrl: sqsService.queueUrl,
      dlqUrl: sqsService.dlqUrl,
      api: options.api.url,
    },
    devices: createDeviceRegistry({ dynamodb, table: names.devicesTable }),
    history: createMeasurementHistory(measurementsTable),
    latest: createLatestMeasurements(measurementsTable),
    dynamodb,
    sqs,
    totals,
    activity,
    failed: failed.promise,
    async poll(event) {
      // What SQS cannot write is not accepted, and what the API gives now is gone later: stop before that.
      await checkRoom(folder).catch((error) => {
        failed.reject(error);
        throw error;
      });
      const at = clock.now();
      const result = await fetcher(event, timeLimit(clock, FETCHER_TIMEOUT_SECONDS));
      const { shard = WHOLE, device_ids } = event;
      // Polling devices by name is not a run of the schedule.
      if (device_ids === undefined) activity.addRun({ shard, at, duration_ms: clock.now() - at, ...result });
      return result;
    },
    fetchPrices,
    sendReports: (event = {}) => sendReports(event, timeLimit(clock, REPORTER_TIMEOUT_SECONDS)),
    archive: () => archive({}, timeLimit(clock, ARCHIVER_TIMEOUT_SECONDS)),
    queueDepth: () => queueDepth(sqs, sqsService),
    stop: () => running.disposeAsync(),
  };
}

function timeLimit(clock: Clock, seconds: number) {
  const endsAt = clock.now() + seconds * 1000;
  return { getRemainingTimeInMillis: () => endsAt - clock.now() };
}

async function queueDepth(sqs: SQSClient, urls: EmbeddedSqs): Promise<QueueDepth> {
  const [queue, dlq, profiles] = await Promise.all(
    [urls.queueUrl, urls.dlqUrl, urls.profileQueueUrl].map((url) => readDepth(sqs, url)),
  );
  const count = (depth: Depth | undefined) => (depth?.waiting ?? 0) + (depth?.inFlight ?? 0);
  return {
    waiting: queue?.waiting ?? 0,
    inFlight: queue?.inFlight ?? 0,
    dlq: count(dlq),
    profiles: count(profiles),
  };
}
