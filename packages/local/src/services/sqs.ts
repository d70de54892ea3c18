import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import {
  ChangeMessageVisibilityBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { ResourceNames } from "@energylive/core/settings/names";
import { DLQ_SETTINGS, QUEUE_SETTINGS } from "@energylive/core/settings/pipeline";
import { type FauxqsServer, startFauxqs } from "fauxqs";

import { unreadable } from "./data-folder.ts";
import { awsConfig, EMBEDDED_REGION, LOOPBACK } from "./loopback.ts";

/** fauxqs's account in queue URLs and ARNs. */
const ACCOUNT = "000000000000";

export interface EmbeddedSqs {
  endpoint: string;
  queueUrl: string;
  dlqUrl: string;
  profileQueueUrl: string;
  profileDlqUrl: string;
  /** Something that a person should know about the queued messages. */
  warning?: string | undefined;
  stop(): Promise<void>;
}

/** As fauxqs names its files. */
export const DATABASE = "fauxqs.db";
const WRITE_AHEAD_LOG = "fauxqs.db-wal";
/** There from a start to a clean stop. */
const OPEN_MARK = "open";

/**
 * SQS over HTTP on loopback, with the stage's queues as they are deployed. Messages are kept on disk in `folder` (SQLite,
 * written before SQS accepts), so they survive however the process ends.
 *
 * @throws {DataFolderError} if the messages in the folder cannot be read
 */
export async function startSqs(options: { folder: string; names: ResourceNames }): Promise<EmbeddedSqs> {
  const { folder, names } = options;
  await mkdir(folder, { recursive: true });
  const warning = missingLog(folder);
  const server = await startTuned(() =>
    startFauxqs({ port: 0, logger: false, dataDir: folder, defaultRegion: EMBEDDED_REGION }),
  ).catch((error: unknown) => {
    throw unreadable(`the queue's file ${join(folder, DATABASE)}`, error);
  });
  await writeFile(join(folder, OPEN_MARK), "");
  const endpoint = `http://${LOOPBACK}:${server.port}`;
  const urlOf = (queue: string) => `${endpoint}/${ACCOUNT}/${queue}`;
  const client = new SQSClient(awsConfig(endpoint));
  try {
    for (const [queue, dlq] of queuePairs(names)) {
      await createQueue(server, client, dlq, urlOf(dlq), dlqAttributes());
      const attributes = queueAttributes(`arn:aws:sqs:${EMBEDDED_REGION}:${ACCOUNT}:${dlq}`);
      await createQueue(server, client, queue, urlOf(queue), attributes);
      for (const name of [queue, dlq]) await releaseInFlight(server, client, name, urlOf(name));
    }
  } finally {
    client.destroy();
  }
  return {
    endpoint,
    queueUrl: urlOf(names.measurementQueue),
    dlqUrl: urlOf(names.measurementDlq),
    profileQueueUrl: urlOf(names.profileQueue),
    profileDlqUrl: urlOf(names.profileDlq),
    warning,
    async stop() {
      await server.stop();
      await rm(join(folder, OPEN_MARK), { force: true });
    },
  };
}

/** SQLite keeps new messages in a log until it copies them, so one that ended without stopping must have left its log. */
function missingLog(folder: string): string | undefined {
  const log = join(folder, WRITE_AHEAD_LOG);
  if (!existsSync(join(folder, OPEN_MARK)) || !existsSync(join(folder, DATABASE)) || existsSync(log))
    return undefined;
  return `${log} is missing: messages that were queued when the stack last ended may be lost`;
}

/** Each queue that a function reads, with its dead-letter queue. */
export function queuePairs(names: ResourceNames): [queue: string, dlq: string][] {
  return [
    [names.measurementQueue, names.measurementDlq],
    [names.profileQueue, names.profileDlq],
  ];
}

/** A dead-letter queue as it is deployed, in SQS's terms. */
export function dlqAttributes(): Record<string, string> {
  return { MessageRetentionPeriod: String(DLQ_SETTINGS.retentionSeconds) };
}

/** A queue that a function reads as it is deployed, in SQS's terms. */
export function queueAttributes(dlqArn: string): Record<string, string> {
  return {
    MessageRetentionPeriod: String(QUEUE_SETTINGS.retentionSeconds),
    VisibilityTimeout: String(QUEUE_SETTINGS.visibilityTimeoutSeconds),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: dlqArn,
      maxReceiveCount: QUEUE_SETTINGS.maxReceiveCount,
    }),
  };
}

/** Part of fauxqs's update of a message that is received or returned. */
const KEPT_WHEN_NULL = /(approximate_receive_count|approximate_first_receive_timestamp) = \?/g;

/**
 * Starts fauxqs with two settings that it does not offer.
 *
 * - It listens on every interface. Fastify, on which it is built, announces each new instance on a diagnostics channel;
 *   there its `listen` is bound to loopback.
 * - It makes SQLite wait for the disk at every message, three times in a message's life. With `synchronous = NORMAL` a
 *   message still survives the end of the process, and the embedded stack is twice as fast.
 *
 * It also fixes a bug: on disk, fauxqs fails to return a message at once (a visibility timeout of zero), because it writes
 * NULL over the count and the time of the message's receives. Here they are kept.
 */
async function startTuned(start: () => Promise<FauxqsServer>): Promise<FauxqsServer> {
  const { exec, prepare } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    exec.call(this, sql);
    if (sql === "PRAGMA journal_mode = WAL") exec.call(this, "PRAGMA synchronous = NORMAL");
  };
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql, ...options) {
    return prepare.call(this, sql.replaceAll(KEPT_WHEN_NULL, "$1 = COALESCE(?, $1)"), ...options);
  };
  subscribe("fastify.initialization", bindToLoopback);
  try {
    return await start();
  } finally {
    unsubscribe("fastify.initialization", bindToLoopback);
    DatabaseSync.prototype.exec = exec;
    DatabaseSync.prototype.prepare = prepare;
  }
}

function bindToLoopback(message: unknown): void {
  const { fastify } = message as { fastify: { listen: (options: object) => Promise<string> } };
  const listen = fastify.listen.bind(fastify);
  fastify.listen = (options) => listen({ ...options, host: LOOPBACK });
}

/** A queue from an earlier start keeps its messages and gets the current settings. */
async function createQueue(
  server: FauxqsServer,
  client: SQSClient,
  name: string,
  url: string,
  attributes: Record<string, string>,
): Promise<void> {
  if (server.inspectQueue(name) === undefined)
    server.createQueue(name, { attributes, region: EMBEDDED_REGION });
  else await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
}

/**
 * Messages that were in flight when the last process ended have no owner. They become visible at once instead of after the
 * rest of their visibility timeout.
 */
async function releaseInFlight(
  server: FauxqsServer,
  client: SQSClient,
  name: string,
  url: string,
): Promise<void> {
  const inFlight = server.inspectQueue(name)?.messages.inflight ?? [];
  for (let start = 0; start < inFlight.length; start += 10) {
    const Entries = inFlight.slice(start, start + 10).map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: 0,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
  }
}
