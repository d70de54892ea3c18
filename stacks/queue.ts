import { resourceNames } from "../packages/core/src/settings/names.ts";
import { DLQ_SETTINGS, QUEUE_SETTINGS } from "../packages/core/src/settings/pipeline.ts";

/** The measurement queue and the two dead-letter queues: one for messages, one for events of the schedules. */

const names = resourceNames($app.stage);

export const measurementDlq = new sst.aws.Queue("MeasurementDlq", {
  transform: { queue: stored(names.measurementDlq, DLQ_SETTINGS.retentionSeconds) },
});

export const measurementQueue = new sst.aws.Queue("MeasurementQueue", {
  visibilityTimeout: `${QUEUE_SETTINGS.visibilityTimeoutSeconds} seconds`,
  dlq: { queue: measurementDlq.arn, retry: QUEUE_SETTINGS.maxReceiveCount },
  transform: { queue: stored(names.measurementQueue, QUEUE_SETTINGS.retentionSeconds) },
});

/** The devices of an event in this queue were not polled. Their data is gone; the queue says that it happened, and why. */
export const scheduleDlq = new sst.aws.Queue("ScheduleDlq", {
  transform: { queue: stored(names.scheduleDlq, DLQ_SETTINGS.retentionSeconds) },
});

// Only the measurement queue may redrive into the DLQ; the other two are not a redrive target.
new aws.sqs.RedriveAllowPolicy("MeasurementDlqRedriveAllow", {
  queueUrl: measurementDlq.url,
  redriveAllowPolicy: $jsonStringify({
    redrivePermission: "byQueue",
    sourceQueueArns: [measurementQueue.arn],
  }),
});
for (const [name, queue] of Object.entries({
  MeasurementQueue: measurementQueue,
  ScheduleDlq: scheduleDlq,
})) {
  new aws.sqs.RedriveAllowPolicy(`${name}RedriveAllow`, {
    queueUrl: queue.url,
    redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }),
  });
}

for (const [name, queue] of Object.entries({
  MeasurementQueue: measurementQueue,
  MeasurementDlq: measurementDlq,
  ScheduleDlq: scheduleDlq,
})) {
  new aws.sqs.QueuePolicy(`${name}Policy`, { queueUrl: queue.url, policy: denyWithoutTls(queue.arn) });
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
