import { Option } from "@commander-js/extra-typings";

import type { Context } from "../command.ts";
import { QUEUE_NAMES, type QueueName } from "../stage/stage.ts";

/** A verb's context for one of the dead-letter queues. */
export interface DlqContext extends Context {
  /** For a person: the queue that messages came from. */
  queue: string;
}

const LABELS: Record<QueueName, string> = {
  measurements: "measurement queue",
  profiles: "profile queue",
};

export function queueOption() {
  return new Option(
    "--queue <queue>",
    "whose dead-letter queue: profiles holds what the profiler could not read, and what nobody could be told",
  )
    .choices(QUEUE_NAMES)
    .default("measurements" as const);
}

/** The context, with the chosen queues in place of the measurement queues. */
export function onQueue(context: Context, { queue }: { queue: QueueName }): DlqContext {
  return {
    ...context,
    queue: LABELS[queue],
    async open() {
      const stage = await context.open();
      return { ...stage, queues: () => stage.queues(queue) };
    },
  };
}
