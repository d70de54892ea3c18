import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { depthOf } from "@energylive/core/queue/depth";
import { DLQ_SETTINGS, QUEUE_SETTINGS } from "@energylive/core/settings/pipeline";
import * as z from "zod";

import { commandFor, type QueueName, type Stage } from "../stage/stage.ts";
import { type Check, look, note, ok, wrong } from "./check.ts";

const RedrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

const DEPLOY_AGAIN = "deploy the stage again: a setting was changed by hand";

/** The queues with their settings, and what waits in them. */
export async function checkQueues(stage: Stage): Promise<Check[]> {
  const { measurementQueue, profileQueue } = stage.names;
  const checks = await Promise.all([
    checkPair(stage, "measurements", measurementQueue, ["queues", "queue depth", "dead-letter queue"]),
    checkPair(stage, "profiles", profileQueue, [
      "profile queue",
      "profile queue depth",
      "profile dead letters",
    ]),
  ]);
  return checks.flat();
}

/** A queue and its dead-letter queue; `lines` are the names of the checks. */
function checkPair(
  stage: Stage,
  carries: QueueName,
  name: string,
  [settings, depth, letters]: readonly [string, string, string],
): Promise<Check[]> {
  return look(settings, async () => {
    const { sqs, queueUrl, dlqUrl } = await stage.queues(carries);
    const [queue, dlq] = await Promise.all([attributesOf(sqs, queueUrl), attributesOf(sqs, dlqUrl)]);
    return [
      checkSettings(settings, queue, dlq, name),
      checkWaiting(depth, queue, stage, carries),
      checkDlq(letters, dlq, stage, carries),
    ];
  });
}

async function attributesOf(sqs: SQSClient, QueueUrl: string): Promise<Record<string, string | undefined>> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  return Attributes ?? {};
}

type Attributes = Record<string, string | undefined>;

function checkSettings(line: string, queue: Attributes, dlq: Attributes, name: string): Check {
  const policy = RedrivePolicy.safeParse(JSON.parse(queue.RedrivePolicy ?? "{}"));
  if (!policy.success) return wrong(line, `${name} has no dead-letter queue`, DEPLOY_AGAIN);
  const { deadLetterTargetArn, maxReceiveCount } = policy.data;
  if (deadLetterTargetArn !== dlq.QueueArn)
    return wrong(line, `${name} sends failed messages to ${deadLetterTargetArn}`, DEPLOY_AGAIN);
  const settings: [what: string, actual: number, wanted: number][] = [
    ["receives before the dead-letter queue", maxReceiveCount, QUEUE_SETTINGS.maxReceiveCount],
    ["visibility timeout", Number(queue.VisibilityTimeout), QUEUE_SETTINGS.visibilityTimeoutSeconds],
    ["retention", Number(queue.MessageRetentionPeriod), QUEUE_SETTINGS.retentionSeconds],
    ["retention of the dead-letter queue", Number(dlq.MessageRetentionPeriod), DLQ_SETTINGS.retentionSeconds],
  ];
  const differing = settings.filter(([, actual, wanted]) => actual !== wanted);
  if (differing.length > 0) {
    const said = differing.map(([what, actual, wanted]) => `${what} is ${actual}, not ${wanted}`).join("; ");
    return wrong(line, `${name}: ${said}`, DEPLOY_AGAIN);
  }
  return ok(line, `${name}, after ${maxReceiveCount} receives to its dead-letter queue`);
}

function checkWaiting(line: string, queue: Attributes, { isRunning }: Stage, carries: QueueName): Check {
  const waiting = count(queue);
  if (carries === "profiles")
    return ok(line, `${waiting} load profiles are to be computed, or alerts to be told`);
  if (waiting > 0 && !isRunning)
    return note(line, `${waiting} measurements are waiting; they are stored when the stack runs again`);
  return ok(line, `${waiting} measurements are waiting or in flight`);
}

function checkDlq(line: string, dlq: Attributes, stage: Stage, carries: QueueName): Check {
  const letters = count(dlq);
  if (letters === 0) return ok(line, "empty");
  const what = carries === "measurements" ? "stored" : "computed or told";
  return wrong(
    line,
    `${letters} ${letters === 1 ? "message" : "messages"} could not be ${what}`,
    `${commandFor(stage, `dlq list${carries === "measurements" ? "" : " --queue profiles"}`)} says why, and what to do`,
  );
}

function count(attributes: Attributes): number {
  const { waiting, inFlight } = depthOf(attributes);
  return waiting + inFlight;
}
