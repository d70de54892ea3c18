import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { depthOf } from "@energylive/core/queue/depth";
import { DLQ_SETTINGS, QUEUE_SETTINGS } from "@energylive/core/settings/pipeline";
import * as z from "zod";

import { commandFor, type Stage } from "../stage/stage.ts";
import { type Check, note, ok, wrong } from "./check.ts";

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

const DEPLOY_AGAIN = "deploy the stage again: a setting was changed by hand";

/** Both queues with their settings, and what waits in them. */
export async function checkQueues(stage: Stage): Promise<Check[]> {
  const { sqs, queueUrl, dlqUrl } = await stage.queues();
  const [queue, dlq] = await Promise.all([attributesOf(sqs, queueUrl), attributesOf(sqs, dlqUrl)]);
  return [
    checkQueue(queue, dlq, stage.names.measurementQueue),
    checkWaiting(queue, stage),
    checkDlq(dlq, stage),
  ];
}

async function attributesOf(sqs: SQSClient, QueueUrl: string): Promise<Record<string, string | undefined>> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return Attributes ?? {};
}

type Attributes = Record<string, string | undefined>;

function checkQueue(queue: Attributes, dlq: Attributes, name: string): Check {
  const policy = RedrivePolicy.safeParse(JSON.parse(queue.RedrivePolicy ?? "{}"));
  if (!policy.success) return wrong("queues", `${name} has no dead-letter queue`, DEPLOY_AGAIN);
  const { deadLetterTargetArn, maxReceiveCount } = policy.data;
  if (deadLetterTargetArn !== dlq.QueueArn)
    return wrong("queues", `${name} sends failed messages to ${deadLetterTargetArn}`, DEPLOY_AGAIN);
  const settings: [what: string, actual: number, wanted: number][] = [
    ["receives before the dead-letter queue", maxReceiveCount, QUEUE_SETTINGS.maxReceiveCount],
    ["visibility timeout", Number(queue.VisibilityTimeout), QUEUE_SETTINGS.visibilityTimeoutSeconds],
    ["retention", Number(queue.MessageRetentionPeriod), QUEUE_SETTINGS.retentionSeconds],
    ["retention of the dead-letter queue", Number(dlq.MessageRetentionPeriod), DLQ_SETTINGS.retentionSeconds],
  ];
  const differing = settings.filter(([, actual, wanted]) => actual !== wanted);
  if (differing.length > 0) {
    const said = differing.map(([what, actual, wanted]) => `${what} is ${actual}, not ${wanted}`).join("; ");
    return wrong("queues", `${name}: ${said}`, DEPLOY_AGAIN);
  }
  return ok("queues", `${name}, after ${maxReceiveCount} receives to its dead-letter queue`);
}

function checkWaiting(queue: Attributes, { isRunning }: Stage): Check {
  const waiting = count(queue);
  if (waiting > 0 && !isRunning)
    return note(
      "queue depth",
      `${waiting} measurements are waiting; they are stored when the stack runs again`,
    );
  return ok("queue depth", `${waiting} measurements are waiting or in flight`);
}

function checkDlq(dlq: Attributes, stage: Stage): Check {
  const letters = count(dlq);
  if (letters === 0) return ok("dead-letter queue", "empty");
  return wrong(
    "dead-letter queue",
    `${letters} ${letters === 1 ? "message" : "messages"} could not be stored`,
    `${commandFor(stage, "dlq list")} says why, and what to do`,
  );
}

function count(attributes: Attributes): number {
  const { waiting, inFlight } = depthOf(attributes);
  return waiting + inFlight;
}
