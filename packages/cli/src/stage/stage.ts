import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { PipelineSource } from "@energylive/api/pipeline/source";
import type { TokenStore } from "@energylive/core/access/token";
import type { ArchiverResult } from "@energylive/core/archive/result";
import type { FetcherEvent, FetcherResult } from "@energylive/core/fetcher/run";
import type { Keys } from "@energylive/core/keys/vault";
import type { ChannelStore } from "@energylive/core/notify/channel";
import type { TestResult } from "@energylive/core/notify/test-channels";
import type { Queues } from "@energylive/core/queue/queues";
import type { ResourceNames } from "@energylive/core/settings/names";

/** The system that a command works on: a deployed stage, or the embedded stack. Each part opens when it is asked for. */
export interface Stage {
  kind: "embedded" | "deployed";
  /** For a person: `the embedded stack in .energylive/simulated`, `the stage "production"`. */
  label: string;
  /** `production`; the embedded stack's is `local`. */
  name: string;
  /** An embedded stack's own folder, as a person here would type it. */
  folder: string | undefined;
  /** Its devices are simulated households. */
  isSimulated: boolean;
  /** Of the dashboard that a running embedded stack serves: `http://127.0.0.1:8321`. */
  dashboardOrigin?: string | undefined;
  names: ResourceNames;
  /** Whether polls are scheduled and the queue is consumed. */
  isRunning: boolean;
  dynamodb(): Promise<DynamoDBClient>;
  /** Of the measurements, unless others are asked for. */
  queues(name?: QueueName): Promise<Queues>;
  keys(): Promise<Keys>;
  /** Base URL of the energyLIVE API that it polls. */
  apiUrl(): Promise<string>;
  /** Of the API that a person's own key is for: another one only where households are simulated. */
  accountApiUrl(): Promise<string>;
  /** How long measurements are kept of a device that does not say it. */
  retentionDays(): Promise<number>;
  /** Where people are told of alerts. */
  channels(): Promise<ChannelStore>;
  /** What lets programs in. */
  tokens(): Promise<TokenStore>;
  /** Lets the profiler, which tells of alerts, send a test; no names: to every channel. */
  testChannels(names: readonly string[]): Promise<TestResult[]>;
  /** Invokes the fetcher. */
  poll(event: Partial<FetcherEvent>): Promise<FetcherResult>;
  /** Archives what is over, until nothing is left. */
  archive(): Promise<StageArchive>;
  /** What the pipeline did lately, for the dashboard. */
  pipeline(): Promise<PipelineSource>;
  close(): Promise<void>;
}

/** What was archived, and where. */
export interface StageArchive extends Omit<ArchiverResult, "isUnfinished"> {
  /** A folder, or `s3://…`. */
  place: string;
}

/** What a queue with a dead-letter queue carries. */
export const QUEUE_NAMES = ["measurements", "profiles"] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** The names of a queue and its dead-letter queue. */
export function queueNames(names: ResourceNames, queue: QueueName): [queue: string, dlq: string] {
  return queue === "measurements"
    ? [names.measurementQueue, names.measurementDlq]
    : [names.profileQueue, names.profileDlq];
}

/** A command as a person types it for the same stage: `energylive dlq list --stage production`. */
export function commandFor({ kind, name }: Pick<Stage, "kind" | "name">, command: string): string {
  return `energylive ${command}${kind === "deployed" ? ` --stage ${name}` : ""}`;
}

/** Of a stage that is simulated: how a person gets from the demo to their own devices. */
export const SIMULATED = "Simulated households. Your own devices: give your key on the page, under Manage";
