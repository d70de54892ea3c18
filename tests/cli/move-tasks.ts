import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import type { Stack } from "@energylive/local/stack";

/**
 * SQS's move task between the queues of an embedded stack. It moves a batch whenever its progress is read, and as many
 * messages as there were when it started: what comes back meanwhile stays.
 */
export interface MoveTasks {
  /** ARNs of the queues between which a task was started. */
  started: { SourceArn: string; DestinationArn: string }[];
  /** Batches that may still be moved; the task then runs on without moving any. */
  batchesLeft: number;
  answer(operation: string, input: { SourceArn: string; DestinationArn: string }): Promise<object>;
}

export function createMoveTasks({ sqs, endpoints }: Stack): MoveTasks {
  const task = {
    Status: "COMPLETED",
    ApproximateNumberOfMessagesMoved: 0,
    ApproximateNumberOfMessagesToMove: 0,
  };

  async function moveBatch(count: number): Promise<void> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: endpoints.dlqUrl,
        MaxNumberOfMessages: count,
        MessageAttributeNames: ["All"],
      }),
    );
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: endpoints.queueUrl,
        Entries: Messages.map(({ Body, MessageAttributes }, index) => ({
          Id: String(index),
          MessageBody: Body,
          MessageAttributes: Object.fromEntries(
            Object.entries(MessageAttributes ?? {}).map(([name, { DataType, StringValue }]) => [
              name,
              { DataType, StringValue } satisfies MessageAttributeValue,
            ]),
          ),
        })),
      }),
    );
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: endpoints.dlqUrl, Entries }));
    task.ApproximateNumberOfMessagesMoved += Messages.length;
  }

  async function start(): Promise<void> {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: endpoints.dlqUrl,
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    const count = Number(Attributes?.ApproximateNumberOfMessages);
    task.Status = "RUNNING";
    task.ApproximateNumberOfMessagesMoved = 0;
    task.ApproximateNumberOfMessagesToMove = count;
  }

  async function goOn(): Promise<void> {
    const left = task.ApproximateNumberOfMessagesToMove - task.ApproximateNumberOfMessagesMoved;
    if (task.Status !== "RUNNING" || (left > 0 && tasks.batchesLeft === 0)) return;
    tasks.batchesLeft -= 1;
    if (left > 0) await moveBatch(Math.min(10, left));
    if (left <= 10) task.Status = "COMPLETED";
  }

  const tasks: MoveTasks = {
    started: [],
    batchesLeft: Number.POSITIVE_INFINITY,
    async answer(operation, input) {
      switch (operation) {
        case "StartMessageMoveTask":
          tasks.started.push(input);
          await start();
          return { TaskHandle: "handle" };
        case "CancelMessageMoveTask":
          task.Status = "CANCELLED";
          return { ApproximateNumberOfMessagesMoved: task.ApproximateNumberOfMessagesMoved };
        default:
          await goOn();
          return { Results: [{ ...task }] };
      }
    },
  };
  return tasks;
}
