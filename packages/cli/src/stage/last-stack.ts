import { join } from "node:path";

import { type ResourceNames, resourceNames } from "@energylive/core/settings/names";

import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { FolderInUseError, lockFolder } from "@energylive/local/services/folder-lock";
import type { EmbeddedSqs } from "@energylive/local/services/sqs";
import { type KnownStack, lastStack, type StackFile } from "@energylive/local/stack-file";

// The services are loaded where they are started: a command that talks to a running stack needs none of them.

/** A running stack answers at once; one that does not is gone, and its process id another's. */
const ANSWER_TIMEOUT_MS = 1_000;

/** Another command may work on the folder for a moment. */
const LOCK_PATIENCE_MS = 10_000;
const LOCK_RETRY_MS = 100;

const DEFAULT_SIMULATED_DEVICES = 5;

/** The running stack of a data folder, or the stored data of the last one; each service starts when it is asked for. */
export interface LastStack {
  folder: string;
  kind: StackFile["kind"];
  /** The process of the running stack; without it nothing polls and nothing consumes the queue. */
  pid: number | undefined;
  names: ResourceNames;
  /** Where named keys lie. */
  keyFile: string;
  /** The endpoint. */
  dynamodb(): Promise<string>;
  sqs(): Promise<Pick<EmbeddedSqs, "endpoint" | "queueUrl" | "dlqUrl">>;
  /** The API that it polls, and the key named `default`, where that is no secret of the environment. */
  api(): Promise<{ url: string; key: string | undefined }>;
  /** Ends what was started here. */
  close(): Promise<void>;
}

/**
 * Opens the stack that was started last in `dataFolder`. While it runs, that is its own services; when it is stopped,
 * the services are started on its folder, with no scheduler and no consumer, so that nothing changes by looking.
 *
 * @returns `undefined` when no stack was ever started there
 * @throws {FolderInUseError} when another process holds the folder and does not answer
 */
export async function openLastStack(dataFolder: string): Promise<LastStack | undefined> {
  const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const known = await lastStack(dataFolder);
    if (known === undefined) return undefined;
    if (await isRunning(known.file)) return running(known);
    try {
      return stopped(known, await lockFolder(known.folder));
    } catch (error) {
      if (!(error instanceof FolderInUseError) || Date.now() >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
    }
  }
}

async function isRunning({ pid, dynamodb }: StackFile): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const response = await fetch(dynamodb, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return (await response.text()).startsWith("healthy");
  } catch {
    return false;
  }
}

function running({ folder, file }: KnownStack): LastStack {
  return {
    ...about(folder, file),
    pid: file.pid,
    dynamodb: async () => file.dynamodb,
    sqs: async () => ({ endpoint: file.sqs, queueUrl: file.queueUrl, dlqUrl: file.dlqUrl }),
    async api() {
      if (file.kind === "account") return { url: file.api, key: undefined };
      return { url: file.api, key: (await import("../start/source.ts")).SIMULATED_KEY };
    },
    close: async () => {},
  };
}

function stopped({ folder, file }: KnownStack, unlockFolder: () => void): LastStack {
  const names = resourceNames(EMBEDDED_STAGE);
  const closing: (() => Promise<void>)[] = [];
  const dynamodb = once(async () => {
    const { startDynamoDB } = await import("@energylive/local/services/dynamodb");
    const service = await startDynamoDB({ folder: join(folder, "dynamodb"), names });
    closing.push(service.stop);
    return service.endpoint;
  });
  const sqs = once(async () => {
    const { startSqs } = await import("@energylive/local/services/sqs");
    const service = await startSqs({ folder: join(folder, "sqs"), names });
    closing.push(service.stop);
    return service;
  });
  const api = once(async () => {
    if (file.kind === "account") return { url: file.api, key: undefined };
    const devices = file.simulatedDevices ?? DEFAULT_SIMULATED_DEVICES;
    const { openSource } = await import("../start/source.ts");
    const source = await openSource({ kind: "simulated", devices });
    closing.push(source.close);
    return source.api;
  });
  return {
    ...about(folder, file),
    pid: undefined,
    dynamodb,
    sqs,
    api,
    async close() {
      for (const close of closing.reverse()) await close();
      unlockFolder();
    },
  };
}

function about(folder: string, { kind }: StackFile) {
  return { folder, kind, names: resourceNames(EMBEDDED_STAGE), keyFile: join(folder, "keys.json") };
}

function once<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}
