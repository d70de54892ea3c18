import { resourceNames } from "../packages/core/src/settings/names.ts";
import { DLQ_SETTINGS, QUEUE_SETTINGS } from "../packages/core/src/settings/pipeline.ts";

/** The queues that a function reads, each with its dead-letter queue, and the dead-letter queue of the schedules' events. */

const names = resourceNames($app.stage);

export const measurementDlq = deadLetterQueue("MeasurementDlq", names.measurementDlq);
export const measurementQueue = queue("MeasurementQueue", names.measurementQueue, measurementDlq);

export const profileDlq = deadLetterQueue("ProfileDlq", names.profileDlq);
export const profileQueue = queue("ProfileQueue", names.profileQueue, profileDlq);

/** The devices of an event in this queue were not polled. Their data is gone; the queue says that it happened, and why. */
export const scheduleDlq = deadLetterQueue("ScheduleDlq", names.scheduleDlq);

/** Every queue, with the only one that may redrive into it. */
const QUEUES: Record<string, { queue: sst.aws.Queue; from?: sst.aws.Queue }> = {
  MeasurementQueue: { queue: measurementQueue },
  MeasurementDlq: { queue: measurementDlq, from: measurementQueue },
  ProfileQueue: { queue: profileQueue },
  ProfileDlq: { queue: profileDlq, from: profileQueue },
  ScheduleDlq: { queue: scheduleDlq },
};

for (const [name, { queue, from }] of Object.entries(QUEUES)) {
  new aws.sqs.RedriveAllowPolicy(`${name}RedriveAllow`, {
    queueUrl: queue.url,
    redriveAllowPolicy:
      from === undefined
        ? JSON.stringify({ redrivePermission: "denyAll" })
        : $jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [from.arn] }),
  });
  new aws.sqs.QueuePolicy(`${name}Policy`, { queueUrl: queue.url, policy: denyWithoutTls(queue.arn) });
}

function queue(logicalName: string, name: string, dlq: sst.aws.Queue) {
  return new sst.aws.Queue(logicalName, {
    visibilityTimeout: `${QUEUE_SETTINGS.visibilityTimeoutSeconds} seconds`,
    dlq: { queue: dlq.arn, retry: QUEUE_SETTINGS.maxReceiveCount },
    transform: { queue: stored(name, QUEUE_SETTINGS.retentionSeconds) },
  });
}

function deadLetterQueue(logicalName: string, name: string) {
  return new sst.aws.Queue(logicalName, {
    transform: { queue: stored(name, DLQ_SETTINGS.retentionSeconds) },
  });
}

function stored(name: string, messageRetentionSeconds: number) {
  return { name, messageRetentionSeconds, sqsManagedSseEnabled: true };
}

/** A deny overrules every allow, so it names all actions and all principals. */
function denyWithoutTls(queueArn: $util.Input<string>) {
  return aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        sid: "DenyWithoutTls",
        effect: "Deny",
        principals: [{ type: "*", identifiers: ["*"] }],
        actions: ["sqs:*"],
        resources: [queueArn],
        conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
      },
    ],
  }).json;
}
