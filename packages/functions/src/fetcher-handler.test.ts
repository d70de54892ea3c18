import type { RequestListener } from "node:http";
import { createServer } from "node:http";

import type { FetcherSummary } from "@energylive/core/fetcher/run";
import { ApiKey } from "@energylive/core/keys/api-key";
import { listeningPort } from "@energylive/core/listening-port";
import { createLog, type LogLevel } from "@energylive/core/log";
import { ConfigurationError } from "@energylive/core/settings/configuration-error";
import { FetcherEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { leapingClock } from "@energylive/core/testing/clock";
import { describe, expect, it } from "vitest";
import { type AwsRequest, startAws } from "../../../tests/support/aws.ts";
import { createDynamoDB, createSqs } from "./clients.ts";
import { createFetcherHandler } from "./fetcher-handler.ts";

const NOW = Date.parse("2026-11-24T12:00:00.000Z");
const TABLE = "EnergyLiveDevices-test";
const idOf = (index: number) => `I-10082023-${String(index).padStart(8, "0")}`;
const LATEST = `[{"measurement":"0100010700","timestamp":${NOW - 1_000},"value":1},{"value":"x"}]`;
/** Part of a run's time: to send, and to write the last states. */
const RESERVES_MS = 6_000 + 8_000;

interface Scene {
  devices?: number;
  api?: RequestListener;
  variables?: Record<string, string>;
  remainingMs?: number;
  event?: unknown;
  level?: LogLevel;
}

async function invoke(scene: Scene = {}) {
  const { devices = 1, api = (_, response) => void response.end(LATEST), remainingMs = 240_000 } = scene;
  const clock = leapingClock(NOW);
  let inFlight = 0;
  let most = 0;
  const server = createServer((request, response) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    response.on("close", () => {
      inFlight -= 1;
    });
    api(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = listeningPort(server);
  const Items = Array.from({ length: devices }, (_, index) => ({ device_id: { S: idOf(index) } }));
  await using table = await startAws(({ operation }) =>
    operation === "Scan" ? { Items } : operation === "BatchGetItem" ? { Responses: { [TABLE]: Items } } : {},
  );
  await using queues = await startAws(({ input }: AwsRequest) => ({
    Successful: input.Entries.map(({ Id }: { Id: string }) => ({ Id, MessageId: Id })),
  }));
  const [dynamodb, sqs] = [createDynamoDB(table.config), createSqs(queues.config)];
  const lines: Record<string, unknown>[] = [];
  const reports: FetcherSummary[] = [];
  const handler = createFetcherHandler({
    environment: parseEnvironment(FetcherEnvironment, {
      STAGE: "test",
      DEVICES_TABLE: TABLE,
      MEASUREMENT_QUEUE_URL: "http://127.0.0.1/0/queue",
      MEASUREMENT_DLQ_URL: "http://127.0.0.1/0/dlq",
      PROFILE_QUEUE_URL: "http://127.0.0.1/0/profiles",
      ENERGYLIVE_API_URL: `http://127.0.0.1:${port}`,
      API_KEY_PATH: "/energylive/test/keys/",
      ...scene.variables,
    }),
    dynamodb,
    sqs,
    keySource: async (name) => new ApiKey(name, "0123456789"),
    fetch,
    clock,
    random: () => 0.5,
    log: createLog({
      level: scene.level ?? "info",
      destination: { write: (line) => void lines.push(JSON.parse(line)) },
    }),
    report: (summary) => void reports.push(summary),
  });
  try {
    const result = await handler(scene.event, { getRemainingTimeInMillis: () => remainingMs });
    return { result, lines, reports, most, table: table.requests, queues: queues.requests };
  } finally {
    for (const client of [dynamodb, sqs]) client.destroy();
    server.closeAllConnections();
    server.close();
  }
}

describe("a run of the fetcher", () => {
  it("polls the shard, and reports it in one log line and to the metrics", async () => {
    const { result, lines, reports, table, queues } = await invoke();
    const counts = {
      polled: 1,
      failed: 0,
      skipped: 0,
      deferred: 0,
      published: 1,
      unchanged: 0,
      quarantined: 1,
    };
    expect(result).toEqual(counts);
    expect(lines.at(-1)).toEqual({
      level: "info",
      time: expect.any(String),
      event: "fetcher_finished",
      shard: { index: 0, total: 1 },
      ...counts,
      invalid: 0,
      stale: 0,
      stopped: 0,
      pollMs: expect.any(Number),
      durationMs: expect.any(Number),
    });
    // By the clock that leaps: the half seconds in which batches fill.
    expect(lines.at(-1)?.durationMs).toBeLessThan(10_000);
    expect(reports).toMatchObject([{ result: counts, invalid: 0, stale: 0 }]);
    expect(table.map(({ operation, input }) => [operation, input.TableName])).toEqual([
      ["Scan", TABLE],
      ["UpdateItem", TABLE],
    ]);
    expect(queues.map(({ input }) => input.QueueUrl).sort()).toEqual([
      "http://127.0.0.1/0/dlq",
      "http://127.0.0.1/0/queue",
    ]);
  });

  it("tells each request, batch and decision at debug, and no key", async () => {
    const { lines } = await invoke({ devices: 1, level: "debug" });
    expect(lines.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["api_request", "response_sorted", "batch_sent", "fetcher_finished"]),
    );
    expect(lines.find(({ event }) => event === "api_request")).toMatchObject({
      path: `/devices/${idOf(0)}/measurements/latest`,
      status: 200,
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(lines)).not.toContain("0123456789");
  });

  it("polls the named devices", async () => {
    const { result, table } = await invoke({ event: { device_ids: [idOf(0)] } });
    expect(result.polled).toBe(1);
    expect(table[0]?.operation).toBe("BatchGetItem");
  });

  it("asks the API as many things at once as allowed, and works on more devices than that", async () => {
    const waiting: (() => void)[] = [];
    const { result, most } = await invoke({
      devices: 12,
      variables: { POLL_CONCURRENCY: "3" },
      api: (_, response) => {
        waiting.push(() => void response.end("[]"));
        // Time for a fourth to come, were there one.
        if (waiting.length % 3 === 0)
          setTimeout(() => waiting.splice(0).forEach((answer) => void answer()), 30);
      },
    });
    expect([result.polled, most]).toEqual([12, 3]);
  });

  it("refuses settings with which it would never poll", async () => {
    const tooLate = invoke({ remainingMs: RESERVES_MS + 10_000 });
    await expect(tooLate).rejects.toThrow(ConfigurationError);
    await expect(tooLate).rejects.toThrow(
      "POLL_TIMEOUT_MS is 10000: a run needs 24000 ms with it, but the function has 24000 ms; lower it, or raise the function's timeout",
    );
    const variables = { POLL_TIMEOUT_MS: "9999" };
    expect((await invoke({ remainingMs: RESERVES_MS + 10_000, variables })).result.polled).toBe(1);
  });

  it("keeps time to send and to write", async () => {
    const hang: RequestListener = () => {};
    const startedAt = performance.now();
    const { lines } = await invoke({
      api: hang,
      variables: { POLL_TIMEOUT_MS: "100" },
      remainingMs: RESERVES_MS + 101,
    });
    expect(lines[0]).toMatchObject({ event: "poll_failed", code: "timeout" });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("refuses an event of another form", async () => {
    await expect(invoke({ event: { shard: 7 } })).rejects.toThrow(ConfigurationError);
  });
});
