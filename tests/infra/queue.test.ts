import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { resourceNames } from "@energylive/core/settings/names";
import { EVENT_SOURCE_MAPPING } from "@energylive/core/settings/pipeline";
import { awsConfig } from "@energylive/local/services/loopback";
import { startSqs } from "@energylive/local/services/sqs";
import { describe, expect, inject, it } from "vitest";

import { resource } from "../../tools/sst/graph.ts";
import { EventSourceMapping, LambdaFunction, Queue, read } from "../../tools/sst/resources.ts";

const graphs = inject("graphs");

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
const QUEUES = ["MeasurementQueue", "MeasurementDlq", "ProfileQueue", "ProfileDlq", "ScheduleDlq"];

describe.each(["production", "staging"] as const)("the queues of %s", (stage) => {
  const graph = graphs[stage];
  const names = resourceNames(stage);
  const queues = Object.fromEntries(
    read(graph, "aws:sqs/queue:Queue", Queue).map((queue) => [queue.name, queue]),
  );
  const main = queues[names.measurementQueue];
  const dlq = queues[names.measurementDlq];

  it("have the names that the command uses", () => {
    expect(Object.keys(queues).sort()).toEqual(
      [
        ...[names.measurementQueue, names.measurementDlq],
        ...[names.profileQueue, names.profileDlq, names.scheduleDlq],
      ].sort(),
    );
  });

  it("keep messages and dead letters for fourteen days", () => {
    for (const { messageRetentionSeconds } of Object.values(queues))
      expect(messageRetentionSeconds).toBe(14 * DAY_SECONDS);
  });

  it("are encrypted", () => {
    for (const queue of Object.values(queues)) expect(queue.sqsManagedSseEnabled).toBe(true);
  });

  it.each(QUEUES)("deny everything without TLS: %s", (name) => {
    const { queueUrl, policy } = resource(graph, "aws:sqs/queuePolicy:QueuePolicy", `${name}Policy`).inputs;
    const queueName = String(queueUrl).split("/").at(-1);
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Sid: "DenyWithoutTls",
        Effect: "Deny",
        Principal: { AWS: ["*"] },
        Action: ["sqs:*"],
        Resource: [expect.stringMatching(new RegExp(`:${queueName}$`))],
        Condition: { Bool: { "aws:SecureTransport": ["false"] } },
      },
    ]);
  });

  it("redrive from a queue to its own DLQ, and nowhere else", () => {
    const allow = (name: string) =>
      JSON.parse(
        String(
          resource(graph, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", `${name}RedriveAllow`).inputs
            .redriveAllowPolicy,
        ),
      );
    expect(main?.redrivePolicy?.deadLetterTargetArn).toMatch(new RegExp(`:${names.measurementDlq}$`));
    expect(allow("MeasurementDlq")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [expect.stringMatching(new RegExp(`:${names.measurementQueue}$`))],
    });
    expect(queues[names.profileQueue]?.redrivePolicy?.deadLetterTargetArn).toMatch(
      new RegExp(`:${names.profileDlq}$`),
    );
    expect(allow("ProfileDlq")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [expect.stringMatching(new RegExp(`:${names.profileQueue}$`))],
    });
    for (const name of ["MeasurementQueue", "ProfileQueue", "ScheduleDlq"])
      expect(allow(name)).toEqual({ redrivePermission: "denyAll" });
    expect(dlq?.redrivePolicy).toBeUndefined();
  });

  it("move nothing to the DLQ during a 12-hour outage in which the consumer never answers", () => {
    const { visibilityTimeoutSeconds = 0, redrivePolicy } = main ?? {};
    expect(visibilityTimeoutSeconds * (redrivePolicy?.maxReceiveCount ?? 0)).toBeGreaterThanOrEqual(
      12 * HOUR_SECONDS,
    );
  });

  it("hide a message for at least six times its function's timeout", () => {
    const functions = read(graph, "aws:lambda/function:Function", LambdaFunction);
    const timeout = (wanted: string) => functions.find(({ name }) => name === wanted)?.timeout ?? Number.NaN;
    for (const [queue, reader] of [
      [names.measurementQueue, names.consumer],
      [names.profileQueue, names.profiler],
    ] as const)
      expect(queues[queue]?.visibilityTimeoutSeconds).toBeGreaterThanOrEqual(6 * timeout(reader));
  });

  it("feed the consumer and the profiler in batches, with partial batch responses", () => {
    const configured =
      stage === "production"
        ? { batchSize: 150, maximumConcurrency: 5 }
        : { batchSize: 1000, maximumConcurrency: 4 };
    const mappings = read(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", EventSourceMapping);
    expect(mappings.toSorted((a, b) => (a.eventSourceArn < b.eventSourceArn ? -1 : 1))).toMatchObject([
      {
        eventSourceArn: expect.stringMatching(new RegExp(`:${names.measurementQueue}$`)),
        functionName: expect.stringMatching(new RegExp(`:${names.consumer}$`)),
        functionResponseTypes: ["ReportBatchItemFailures"],
        batchSize: configured.batchSize,
        maximumBatchingWindowInSeconds: EVENT_SOURCE_MAPPING.windowSeconds,
        scalingConfig: { maximumConcurrency: configured.maximumConcurrency },
      },
      {
        eventSourceArn: expect.stringMatching(new RegExp(`:${names.profileQueue}$`)),
        functionName: expect.stringMatching(new RegExp(`:${names.profiler}$`)),
        functionResponseTypes: ["ReportBatchItemFailures"],
        batchSize: 200,
        maximumBatchingWindowInSeconds: 60,
      },
    ]);
  });
});

describe("the embedded stack's queues", () => {
  it("equal the deployed ones", async () => {
    const names = resourceNames("production");
    const folder = await mkdtemp(join(tmpdir(), "energylive-infra-"));
    const embedded = await startSqs({ folder, names });
    const client = new SQSClient(awsConfig(embedded.endpoint));
    try {
      for (const [name, url] of [
        [names.measurementQueue, embedded.queueUrl],
        [names.measurementDlq, embedded.dlqUrl],
      ]) {
        const deployed = read(graphs.production, "aws:sqs/queue:Queue", Queue).find(
          (queue) => queue.name === name,
        );
        const { Attributes = {} } = await client.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
        );
        const redrive =
          Attributes.RedrivePolicy === undefined ? undefined : JSON.parse(Attributes.RedrivePolicy);
        expect({
          retention: Number(Attributes.MessageRetentionPeriod),
          visibility: Number(Attributes.VisibilityTimeout),
          maxReceiveCount: redrive && Number(redrive.maxReceiveCount),
          deadLetters: redrive?.deadLetterTargetArn.split(":").at(-1),
        }).toEqual({
          retention: deployed?.messageRetentionSeconds,
          visibility: deployed?.visibilityTimeoutSeconds,
          maxReceiveCount: deployed?.redrivePolicy?.maxReceiveCount,
          deadLetters: deployed?.redrivePolicy?.deadLetterTargetArn.split(":").at(-1),
        });
      }
    } finally {
      client.destroy();
      await embedded.stop();
      await rm(folder, { recursive: true });
    }
  });
});
