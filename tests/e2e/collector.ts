import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type AttributeValue, PutItemCommand, paginateScan, QueryCommand } from "@aws-sdk/client-dynamodb";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { createLog } from "@energylive/core/log";
import { type Stack, type StackOptions, startStack } from "@energylive/local/stack";
import { type SimulatedApi, startSimulatedApi } from "@energylive/simulator/server";
import { vi } from "vitest";

import { plantedKey, refuseKey } from "../faults/security/planted.ts";
import { otherServices } from "../support/services.ts";

export const API_KEY = plantedKey("default");

/** The whole collector for a test: simulated API, DynamoDB and SQS, real handlers; all over HTTP on loopback. */
export interface Collector extends AsyncDisposable {
  api: SimulatedApi;
  stack: Stack;
  folder: string;
  /** Every line that the handlers logged. */
  logLines: string[];
  /** The ids of the simulated devices; a test adds them to the table. */
  ids: readonly string[];
  put(item: Record<string, unknown>): Promise<void>;
  /** Waits until the queue is empty: every message is stored, quarantined or resting. */
  drained(): Promise<void>;
  items(deviceId: string): Promise<Record<string, AttributeValue>[]>;
  /** Takes every message out of the dead-letter queue. */
  dlq(): Promise<Message[]>;
}

export interface CollectorOptions {
  devices?: number;
  variables?: StackOptions["variables"];
  clock?: StackOptions["clock"];
  /** The embedded services in this folder, which is kept, whatever services the environment names. */
  folder?: string;
}

export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "energylive-")));
  const api = await startSimulatedApi({ deviceCount: options.devices ?? 1, apiKey: API_KEY });
  const logLines: string[] = [];
  const stack = await startStack({
    folder,
    windowSeconds: 0.1,
    profileDelaySeconds: 0,
    api: { url: api.baseUrl, key: API_KEY },
    priceUrl: api.priceUrl,
    log: createLog({ level: "debug", destination: { write: (line) => void logLines.push(line) } }),
    ...(options.folder === undefined ? otherServices() : {}),
    ...(options.variables === undefined ? {} : { variables: options.variables }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const { dynamodb, sqs, names, endpoints } = stack;
  const collector: Collector = {
    api,
    stack,
    folder,
    logLines,
    ids: api.deviceIds,

    async put(item) {
      await dynamodb.send(new PutItemCommand({ TableName: names.devicesTable, Item: marshall(item) }));
    },

    async drained() {
      await vi.waitFor(
        async () => {
          const { waiting, inFlight, profiles } = await stack.queueDepth();
          if (waiting + inFlight > 0) throw new Error(`${waiting} messages wait, ${inFlight} are in flight`);
          if (profiles > 0) throw new Error(`${profiles} load profiles are still to be computed`);
        },
        { timeout: 20_000, interval: 50 },
      );
    },

    async items(deviceId) {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: names.measurementsTable,
          KeyConditionExpression: "device_id = :device_id",
          ExpressionAttributeValues: { ":device_id": { S: deviceId } },
        }),
      );
      return Items;
    },

    async dlq() {
      const messages: Message[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: endpoints.dlqUrl,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ["All"],
          }),
        );
        if (Messages.length === 0) return messages;
        for (const { ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl: endpoints.dlqUrl, ReceiptHandle }));
        }
        messages.push(...Messages);
      }
    },

    async [Symbol.asyncDispose]() {
      try {
        await refuseKeys(collector);
      } finally {
        await stack.stop();
        await api.close();
        if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
      }
    },
  };
  return collector;
}

/** Invariant 8, at the end of every test: no key is in a log line, an item or the queues. */
async function refuseKeys({ stack, logLines, folder }: Collector): Promise<void> {
  refuseKey("a log line", logLines);
  for (const TableName of [stack.names.devicesTable, stack.names.measurementsTable]) {
    for await (const { Items = [] } of paginateScan({ client: stack.dynamodb }, { TableName }))
      refuseKey(
        `an item of ${TableName}`,
        Items.map((item) => JSON.stringify(item)),
      );
  }
  refuseKey("the queues' files", await textsIn(join(folder, "sqs")));
}

/** What is on disk, as text: the bodies and attributes of all messages ever sent. Another SQS has no files here. */
async function textsIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  );
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), "latin1")));
}

/** The reasons that a dead-letter queue's messages carry. */
export function reasons(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ MessageAttributes }) => MessageAttributes?.failure_reason?.StringValue).sort();
}
