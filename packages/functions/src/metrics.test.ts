import { afterEach, expect, it, vi } from "vitest";

import { reportConsumer, reportFetcher } from "./metrics.ts";

afterEach(() => vi.restoreAllMocks());

function written(report: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  report();
  vi.restoreAllMocks();
  return lines.map((line) => JSON.parse(line));
}

it("writes one line per run, in embedded metric format, with the stage as its only dimension", () => {
  const lines = written(() =>
    reportFetcher("test")({
      result: { polled: 3, failed: 1, skipped: 0, deferred: 5, published: 20, unchanged: 4, quarantined: 1 },
      invalid: 1,
      stale: 2,
      stopped: 1,
      pollDurationsMs: [10, 20, 30],
    }),
  );
  expect(lines).toEqual([
    {
      Stage: "test",
      DevicesPolled: 3,
      DevicesFailed: 1,
      DevicesStale: 2,
      DevicesStopped: 1,
      DevicesDeferred: 5,
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: "EnergyLive",
            Dimensions: [["Stage"]],
            Metrics: [
              { Name: "DevicesPolled", Unit: "Count" },
              { Name: "DevicesFailed", Unit: "Count" },
              { Name: "DevicesStale", Unit: "Count" },
              { Name: "DevicesStopped", Unit: "Count" },
              { Name: "DevicesDeferred", Unit: "Count" },
            ],
          },
        ],
      },
    },
  ]);
});

it("writes every value of a batch in its order", () => {
  const ingestLagsMs = Array.from({ length: 100 }, (_, index) => (index * 7) % 100);
  const [line] = written(() =>
    reportConsumer("test")({
      failedMessageIds: ["m"],
      stored: 5,
      duplicate: 4,
      quarantined: 3,
      throttled: 2,
      ingestLagsMs,
    }),
  );
  expect(line).toMatchObject({
    Stage: "test",
    MeasurementsStored: 5,
    MeasurementsReturned: 1,
    IngestLag: ingestLagsMs,
  });
});

it("keeps every value of a large batch, a hundred to a line, and counts the batch once", () => {
  const ingestLagsMs = Array.from({ length: 450 }, (_, index) => index);
  const lines = written(() =>
    reportConsumer("test")({
      failedMessageIds: [],
      stored: 450,
      duplicate: 0,
      quarantined: 0,
      throttled: 0,
      ingestLagsMs,
    }),
  );
  expect(lines.flatMap(({ IngestLag }) => IngestLag)).toEqual(ingestLagsMs);
  expect(lines.flatMap(({ MeasurementsStored }) => MeasurementsStored ?? [])).toEqual([450]);
});

it("leaves out a metric without a value", () => {
  const [line] = written(() =>
    reportConsumer("test")({
      failedMessageIds: [],
      stored: 0,
      duplicate: 0,
      quarantined: 2,
      throttled: 0,
      ingestLagsMs: [],
    }),
  );
  expect(line).toMatchObject({ MeasurementsStored: 0, MeasurementsReturned: 0 });
  expect(line).not.toHaveProperty("IngestLag");
  expect(JSON.stringify(line)).not.toContain("IngestLag");
});
