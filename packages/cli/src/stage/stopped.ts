import { join } from "node:path";

import { systemClock } from "@energylive/core/clock";
import { resourceNames } from "@energylive/core/settings/names";
import { readActivity } from "@energylive/local/activity";
import { EMBEDDED_STAGE } from "@energylive/local/embedded-stage";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { startSqs } from "@energylive/local/services/sqs";
import type { KnownStack } from "@energylive/local/stack-file";

import { DEFAULT_DEMO_DEVICES, openSource } from "../start/source.ts";
import { embeddedStage } from "./embedded.ts";
import type { Stage } from "./stage.ts";

/**
 * What a stopped stack has stored. Each service starts on the stack's folder when it is asked for, without a scheduler
 * and without a consumer, so that looking changes nothing.
 *
 * @param options.unlock of the stack's folder, which the caller has locked
 */
export function openStopped(
  { folder, file }: KnownStack,
  options: { debug: boolean; unlock: () => void },
): Stage {
  const names = resourceNames(EMBEDDED_STAGE);
  const started = new AsyncDisposableStack();
  started.defer(options.unlock);
  return embeddedStage({
    folder,
    isSimulated: file.kind === "simulated",
    isRunning: false,
    dynamodb: once(async () => {
      const service = await startDynamoDB({ folder: join(folder, "dynamodb"), names });
      started.defer(service.stop);
      return service.endpoint;
    }),
    sqs: once(async () => {
      const service = await startSqs({ folder: join(folder, "sqs"), names });
      started.defer(service.stop);
      return service;
    }),
    api: once(async () => {
      if (file.kind === "account") return { url: file.api, key: undefined };
      const devices = file.simulatedDevices ?? DEFAULT_DEMO_DEVICES;
      const source = await openSource({ kind: "simulated", devices });
      started.defer(source.close);
      return source.api;
    }),
    activity: { now: () => readActivity(folder, systemClock.now()) },
    debug: options.debug,
    close: () => started.disposeAsync(),
  });
}

function once<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}
