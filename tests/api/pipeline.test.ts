import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { PipelineStatus } from "@energylive/api/contract";
import { openDeployedPipeline } from "@energylive/api/pipeline/deployed";
import type { PipelineSource } from "@energylive/api/pipeline/source";
import { embeddedPipeline } from "@energylive/cli/stage/embedded-pipeline";
import { resourceNames } from "@energylive/core/settings/names";
import { readActivity } from "@energylive/local/activity";
import { afterEach, describe, expect, it, vi } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { type StandInCloudWatch, startStandInCloudWatch } from "./support/cloudwatch.ts";
import { openDashboard } from "./support/dashboard.ts";

const MINUTE = 60_000;

function pipelineOf({ stack }: Collector): PipelineSource {
  return embeddedPipeline({
    activity: stack.activity.now,
    sqs: async () => stack.endpoints.sqs,
    queue: stack.names.measurementQueue,
    now: Date.now,
    isRunning: true,
  });
}

describe("the pipeline of an embedded stack", () => {
  it("shows runs, throughput, lag and troubled devices, and remembers them after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "energylive-"));
    try {
      let before: PipelineStatus;
      {
        await using collector = await startCollector({ devices: 3, folder });
        await using dashboard = await openDashboard(collector, { pipeline: pipelineOf(collector) });
        const empty = await dashboard.json<PipelineStatus>("/api/pipeline");
        expect(empty).toMatchObject({
          runs: [],
          throughput: [],
          ingest_lag: null,
          queue: { waiting: 0, in_flight: 0, oldest_age_ms: null },
          unknown: [{ code: "no_runs" }],
        });
        const [good, failing] = collector.ids;
        for (const device_id of [good, failing]) await collector.put({ device_id });
        await collector.put({ device_id: "I-01012020-00000001", intervall: 1 });
        collector.api.setFault(failing ?? "", { kind: "status", status: 403 });
        await collector.stack.poll({});
        await collector.drained();
        before = await vi.waitFor(
          async () => {
            const status = await dashboard.json<PipelineStatus>("/api/pipeline");
            // The devices are those of a moment ago: of a second at least, and of more where reading them is slow.
            expect(status.troubled_total).toBe(2);
            return status;
          },
          { timeout: 10_000 },
        );
      }
      expect(before).toMatchObject({ dlq: { messages: 0 }, unknown: [], troubled_total: 2 });
      expect(before.troubled.map(({ health }) => health)).toEqual(["invalid", "failing"]);
      expect(before.runs).toMatchObject([
        { shard: { index: 0, total: 1 }, polled: 1, failed: 2, quarantined: 0 },
      ]);
      const [run] = before.runs ?? [];
      expect(before.throughput?.reduce((sum, { stored }) => sum + stored, 0)).toBe(run?.published);
      expect(run?.published).toBeGreaterThan(5);
      expect(before.ingest_lag?.maximum_ms).toBeGreaterThanOrEqual(before.ingest_lag?.median_ms ?? Infinity);
      const { runs, throughput } = await readActivity(folder, Date.now());
      expect({ runs, throughput }).toEqual({ runs: before.runs, throughput: before.throughput });
      {
        await using again = await startCollector({ devices: 3, folder });
        await using dashboard = await openDashboard(again, { pipeline: pipelineOf(again) });
        const after = await dashboard.json<PipelineStatus>("/api/pipeline");
        expect(after).toMatchObject({ runs: before.runs, throughput: before.throughput });
      }
      expect(await readFile(join(folder, "activity.json"), "utf8")).not.toContain(".new");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("shows the age of the oldest waiting message", async () => {
    await using collector = await startCollector();
    await using dashboard = await openDashboard(collector, { pipeline: pipelineOf(collector) });
    // In flight for good: the consumer gives back what is no JSON to nobody, so the message must wait undelivered.
    const { sqs, endpoints } = collector.stack;
    await sqs.send(
      new SendMessageCommand({ QueueUrl: endpoints.queueUrl, MessageBody: "x", DelaySeconds: 900 }),
    );
    const queue = async () => (await dashboard.json<PipelineStatus>("/api/pipeline")).queue;
    await vi.waitFor(async () => expect((await queue()).oldest_age_ms).toBeGreaterThan(0));
    expect(await queue()).toMatchObject({ waiting: 1, in_flight: 0, oldest_age_ms: expect.any(Number) });
    expect((await queue()).oldest_age_ms).toBeLessThan(MINUTE);
  });
});

describe("the pipeline of a deployed stage", () => {
  afterEach(() => vi.unstubAllEnvs());

  const NOW = Math.floor(Date.now() / MINUTE) * MINUTE;
  const names = resourceNames("production");

  function openPipeline(aws: StandInCloudWatch, now = () => NOW) {
    vi.stubEnv("AWS_ENDPOINT_URL", aws.endpoint);
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "x");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "x");
    return openDeployedPipeline({ stage: "production", names, now });
  }

  function fill(aws: StandInCloudWatch): void {
    const ours = { Stage: "production" };
    const points = (...those: [minutesAgo: number, value: number][]) =>
      those.map(([minutesAgo, value]): [number, number] => [NOW - minutesAgo * MINUTE, value]);
    aws.metrics.set("AWS/SQS/ApproximateAgeOfOldestMessage/Maximum", {
      dimensions: { QueueName: names.measurementQueue },
      points: points([9, 400], [2, 7]),
    });
    aws.metrics.set("EnergyLive/MeasurementsStored/Sum", {
      dimensions: ours,
      points: points([60, 0], [7, 900], [2, 800]),
    });
    aws.metrics.set("EnergyLive/IngestLag/p50", {
      dimensions: ours,
      points: points([10, 4_000], [5, 3_500]),
    });
    aws.metrics.set("EnergyLive/IngestLag/Maximum", {
      dimensions: ours,
      points: points([10, 90_000], [5, 8_000]),
    });
    const counts = { failed: 0, skipped: 0, deferred: 0, published: 800, unchanged: 9, quarantined: 0 };
    const line = (index: number, polled: number) =>
      `${JSON.stringify({ level: "info", event: "fetcher_finished", shard: { index, total: 2 }, polled, ...counts, invalid: 0, stale: 0, durationMs: 5_000 })}\n`;
    aws.logs.set(`/aws/lambda/${names.fetcher}`, [
      { at: NOW - 90 * MINUTE, line: line(0, 1) },
      { at: NOW - 11 * MINUTE, line: line(0, 2) },
      { at: NOW - 10 * MINUTE, line: line(1, 3) },
      { at: NOW - 9 * MINUTE, line: '{"event":"fetcher_finished", cut off' },
      { at: NOW - 6 * MINUTE, line: line(0, 4) },
      { at: NOW - 5 * MINUTE, line: line(1, 5) },
    ]);
  }

  it("reads age, throughput, lag, and the last run of each shard from CloudWatch", async () => {
    await using aws = await startStandInCloudWatch();
    fill(aws);
    const { source, close } = openPipeline(aws);
    const activity = await source.read(1);
    close();
    expect(activity).toEqual({
      oldest_age_ms: 7_000,
      throughput: [
        { minute: NOW - 60 * MINUTE, stored: 0 },
        { minute: NOW - 7 * MINUTE, stored: 900 },
        { minute: NOW - 2 * MINUTE, stored: 800 },
      ],
      ingest_lag: { median_ms: 3_500, maximum_ms: 90_000 },
      runs: [
        expect.objectContaining({ shard: { index: 0, total: 2 }, polled: 4, at: NOW - 6 * MINUTE - 5_000 }),
        expect.objectContaining({ shard: { index: 1, total: 2 }, polled: 5, duration_ms: 5_000 }),
      ],
      unknown: [],
    });
  });

  it("shows what the credentials allow, with the reason for the rest", async () => {
    await using aws = await startStandInCloudWatch();
    fill(aws);
    aws.denied.add("FilterLogEvents");
    let now = NOW;
    const { source, close } = openPipeline(aws, () => now);
    const noLogs = await source.read(0);
    expect(noLogs).toMatchObject({ runs: null, oldest_age_ms: 7_000 });
    expect(noLogs.unknown).toEqual([
      {
        code: "runs",
        failure: {
          code: "access_denied",
          said: expect.stringMatching(/not authorized to perform: FilterLogEvents/),
        },
      },
    ]);
    aws.denied.clear();
    aws.denied.add("GetMetricData");
    now += MINUTE;
    const noMetrics = await source.read(0);
    close();
    expect(noMetrics).toMatchObject({ throughput: null, ingest_lag: null, oldest_age_ms: null });
    expect(noMetrics.runs).toHaveLength(2);
    expect(noMetrics.unknown).toEqual([
      {
        code: "metrics",
        failure: {
          code: "access_denied",
          said: expect.stringMatching(/not authorized to perform: GetMetricData/),
        },
      },
    ]);
  });

  it("asks AWS twice a minute at most, however many pages look", async () => {
    await using aws = await startStandInCloudWatch();
    let now = NOW;
    const { source, close } = openPipeline(aws, () => now);
    await Promise.all([source.read(0), source.read(0)]);
    now += 29_000;
    await source.read(0);
    expect(aws.requests.map(({ operation }) => operation).sort()).toEqual([
      "FilterLogEvents",
      "GetMetricData",
    ]);
    now += 2_000;
    await source.read(0);
    close();
    expect(aws.requests).toHaveLength(4);
  });
});
