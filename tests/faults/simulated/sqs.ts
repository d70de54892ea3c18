import * as z from "zod";

import { type AwsAnswer, AwsFailure, startAws, type TestAws } from "../../support/aws.ts";
import type { SimulatedQueue } from "./queue.ts";

const Attributes = z.record(z.string(), z.looseObject({ StringValue: z.string().optional() }));
const SendBatch = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.object({
      Id: z.string(),
      MessageBody: z.string(),
      MessageAttributes: Attributes.default({}),
      DelaySeconds: z.int().default(0),
    }),
  ),
});
const ChangeVisibilityBatch = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.int() })),
});

/** The operations of SQS that the handlers use, before simulated queues. A queue's URL is the endpoint and its name. */
export function startSimulatedSqs(queues: Readonly<Record<string, SimulatedQueue>>): Promise<TestAws> {
  return startAws(({ operation, input }) => {
    const queue = queues[String(input.QueueUrl).split("/").at(-1) ?? ""];
    if (queue === undefined) return new AwsFailure("QueueDoesNotExist");
    if (operation === "SendMessageBatch") return sendBatch(queue, input);
    if (operation === "ChangeMessageVisibilityBatch") return changeVisibilityBatch(queue, input);
    return new AwsFailure("UnsupportedOperation");
  });
}

function sendBatch(queue: SimulatedQueue, input: unknown): AwsAnswer {
  const batch = SendBatch.safeParse(input);
  if (!batch.success) return new AwsFailure("SerializationException");
  const Successful = batch.data.Entries.map(({ Id, MessageBody, MessageAttributes, DelaySeconds }) => {
    const { id: MessageId, md5: MD5OfMessageBody } = queue.send(
      MessageBody,
      MessageAttributes as never,
      DelaySeconds,
    );
    return { Id, MessageId, MD5OfMessageBody };
  });
  return { Successful, Failed: [] };
}

function changeVisibilityBatch(queue: SimulatedQueue, input: unknown): AwsAnswer {
  const batch = ChangeVisibilityBatch.safeParse(input);
  if (!batch.success) return new AwsFailure("SerializationException");
  const outcomes = batch.data.Entries.map((entry) => ({
    Id: entry.Id,
    isChanged: queue.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout),
  }));
  const Failed = outcomes.filter(({ isChanged }) => !isChanged);
  return {
    Successful: outcomes.filter(({ isChanged }) => isChanged).map(({ Id }) => ({ Id })),
    Failed: Failed.map(({ Id }) => ({ Id, SenderFault: true, Code: "MessageNotInflight" })),
  };
}
