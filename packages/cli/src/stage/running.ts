import { systemClock } from "@energylive/core/clock";
import { type ActivityRecord, readActivity } from "@energylive/local/activity";
import type { KnownStack } from "@energylive/local/stack-file";

import { SIMULATED_KEY } from "../start/source.ts";
import { embeddedStage } from "./embedded.ts";
import type { Stage } from "./stage.ts";

/**
 * An embedded stack that runs, in this process or in another: its own services answer.
 *
 * @param options.activity of a stack in this process; another's is read from its file
 */
export function openRunning(
  { folder, file }: KnownStack,
  options: { debug?: boolean; activity?: Pick<ActivityRecord, "now" | "onChange"> } = {},
): Stage {
  const key = file.kind === "simulated" ? SIMULATED_KEY : undefined;
  const stage = embeddedStage({
    folder,
    isSimulated: file.kind === "simulated",
    isRunning: true,
    dynamodb: async () => file.dynamodb,
    sqs: async () => ({ endpoint: file.sqs, queueUrl: file.queueUrl, dlqUrl: file.dlqUrl }),
    api: async () => ({ url: file.api, key }),
    activity: options.activity ?? { now: () => readActivity(folder, systemClock.now()) },
    debug: options.debug ?? false,
    close: async () => {},
  });
  return { ...stage, dashboardOrigin: file.dashboardOrigin };
}
