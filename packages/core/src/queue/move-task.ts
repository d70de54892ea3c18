import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";

import type { Clock } from "../clock.ts";

/** How often the progress of the task is read. */
const ASK_MS = 1_000;

/** How an SQS without move tasks says so: AWS's codes, and those of emulators. */
const UNKNOWN_ACTION = new Set(["InvalidAction", "UnsupportedOperation", "UnknownOperationException"]);

/**
 * SQS's own redrive: moves everything from one queue to another.
 *
 * The destination is always given. Without it, SQS moves each message back to its source queue, and refuses messages that
 * were sent straight to the dead-letter queue, as all quarantined ones were. Source:
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 *
 * @param options.signal cancels the task; what was moved stays moved
 * @returns how many were moved; `undefined` if this SQS has no move tasks
 */
export async function moveAllMessages(options: {
  sqs: SQSClient;
  sourceArn: string;
  destinationArn: string;
  clock: Clock;
  onMoved?: (moved: number) => void;
  signal?: AbortSignal;
}): Promise<number | undefined> {
  const { sqs, sourceArn: SourceArn, destinationArn: DestinationArn, clock, onMoved, signal } = options;
  let TaskHandle: string | undefined;
  try {
    ({ TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn })));
  } catch (error) {
    if (error instanceof Error && UNKNOWN_ACTION.has(error.name)) return undefined;
    throw error;
  }
  for (;;) {
    const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const [task] = Results;
    const moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
    onMoved?.(moved);
    if (task?.Status === "COMPLETED") return moved;
    if (task?.Status !== "RUNNING") {
      throw new Error(
        `SQS ended the redrive after ${moved} messages (${task?.Status}): ${task?.FailureReason ?? "no reason given"}; the others are still in the dead-letter queue`,
      );
    }
    if (signal?.aborted === true) {
      const cancelled = await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
      const count = cancelled.ApproximateNumberOfMessagesMoved ?? moved;
      throw new Error(`stopped after ${count} messages: the others are still in the dead-letter queue`);
    }
    await clock.sleep(ASK_MS, signal);
  }
}
