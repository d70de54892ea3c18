import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FetcherEvent, FetcherResult } from "@energylive/core/fetcher/run";
import type { KeySource } from "@energylive/core/keys/store";
import type { KeyVault } from "@energylive/core/keys/vault";
import type { Queues } from "@energylive/core/queue/queues";
import type { ResourceNames } from "@energylive/core/settings/names";

/** The system that a command works on: an embedded stack or a deployed stage. What a verb does not ask for is not opened. */
export interface Target {
  kind: "embedded" | "deployed";
  /** For a person: `the embedded stack in .energylive/simulated`, `the stage "production"`. */
  label: string;
  stage: string;
  names: ResourceNames;
  /** Whether polls are scheduled and the queue is consumed. */
  isRunning: boolean;
  /** Of an embedded stack: its own folder. */
  folder: string | undefined;
  dynamodb(): Promise<DynamoDBClient>;
  queues(): Promise<Queues>;
  keys(): Promise<Keys>;
  /** Base URL of the energyLIVE API that it polls. */
  apiUrl(): Promise<string>;
  /** Invokes the fetcher. */
  poll(event: Partial<FetcherEvent>): Promise<FetcherResult>;
  close(): Promise<void>;
}

/** A command as a person types it for the same target: `energylive dlq list --stage production`. */
export function commandFor({ kind, stage }: Pick<Target, "kind" | "stage">, command: string): string {
  return `energylive ${command}${kind === "deployed" ? ` --stage ${stage}` : ""}`;
}

export interface Keys {
  source: KeySource;
  vault: KeyVault;
  /** How a person sets the key named `default`, which lies elsewhere. */
  defaultKeyAdvice: string;
}
