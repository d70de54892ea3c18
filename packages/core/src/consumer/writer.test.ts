import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { AwsFailure, type AwsRequest, startAws } from "../../../../tests/support/aws.ts";
import { createLog } from "../log.ts";
import type { MeasurementItem } from "../measurement/item.ts";
import { leapingClock } from "../testing/clock.ts";
import { createMeasurementWriter } from "./writer.ts";

const TABLE = "EnergyLiveData-test";
const DEADLINE_MS = 10_000;

const item = (index: number): MeasurementItem => ({
  device_id: { S: `device${index % 2}` },
  measurement_key: { S: `key${index}` },
});
const items = (count: number) => Array.from({ length: count }, (_, index) => item(index));

interface Put {
  PutRequest: { Item: MeasurementItem };
}
const putsOf = ({ input }: AwsRequest): Put[] => input.RequestItems[TABLE];
const indexesOf = (request: AwsRequest) =>
  putsOf(request).map(({ PutRequest }) => Number(PutRequest.Item.measurement_key?.S?.slice(3)));

async function open(answer: Parameters<typeof startAws>[0]) {
  const aws = await startAws(answer);
  const dynamodb = new DynamoDBClient(aws.config);
  const clock = leapingClock();
  const lines: Record<string, unknown>[] = [];
  const writer = createMeasurementWriter({
    dynamodb,
    table: TABLE,
    clock,
    random: () => 0.5,
    log: createLog({ level: "info", destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  });
  return {
    clock,
    lines,
    requests: aws.requests,
    write: (written: readonly MeasurementItem[], deadlineAt = DEADLINE_MS) =>
      writer.write(written, deadlineAt),
    async [Symbol.asyncDispose]() {
      dynamodb.destroy();
      await aws[Symbol.asyncDispose]();
    },
  };
}

const stored = { outcome: "stored" };

describe("items", () => {
  it("writes 25 items per request and gives each its own outcome", async () => {
    await using table = await open(() => ({ UnprocessedItems: {} }));
    const { outcomes, throttled } = await table.write(items(60));
    expect(outcomes).toEqual(Array.from({ length: 60 }, () => stored));
    expect(throttled).toBe(0);
    expect(table.requests.map(({ operation }) => operation)).toEqual(
      Array.from({ length: 3 }, () => "BatchWriteItem"),
    );
    expect(table.requests.flatMap(indexesOf).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, index) => index),
    );
    expect(table.requests.map((request) => putsOf(request).length).sort((a, b) => b - a)).toEqual([
      25, 25, 10,
    ]);
    expect(table.lines).toEqual([]);
  });

  it("sends nothing when there are no items", async () => {
    await using table = await open(() => ({}));
    expect(await table.write([])).toEqual({ outcomes: [], throttled: 0 });
    expect(table.requests).toEqual([]);
  });

  it("sends twenty requests at once", async () => {
    const full = Promise.withResolvers<void>();
    let inFlight = 0;
    let most = 0;
    await using table = await open(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      // Time for another to come, were there one.
      if (inFlight === 20) setTimeout(full.resolve, 100);
      await full.promise;
      inFlight -= 1;
      return {};
    });
    await table.write(items(1_000));
    expect([most, table.requests.length]).toEqual([20, 40]);
  });
});

describe("a busy table", () => {
  it("sends unprocessed items again after a growing wait, and only those", async () => {
    await using table = await open((request, before) =>
      before < 2 ? { UnprocessedItems: { [TABLE]: putsOf(request).slice(2 - before) } } : {},
    );
    const { outcomes, throttled } = await table.write(items(4));
    expect(outcomes).toEqual([stored, stored, stored, stored]);
    expect(table.requests.map(indexesOf)).toEqual([[0, 1, 2, 3], [2, 3], [3]]);
    expect(throttled).toBe(3);
    expect(table.clock.waits).toEqual([25, 50]);
  });

  it("tells items with the same key and different devices apart", async () => {
    const twins = [item(0), { ...item(1), measurement_key: { S: "key0" } }];
    await using table = await open((request, before) =>
      before === 0 ? { UnprocessedItems: { [TABLE]: putsOf(request).slice(1) } } : {},
    );
    await table.write(twins);
    expect(putsOf(table.requests[1] ?? { operation: "", input: {} })).toEqual([
      { PutRequest: { Item: twins[1] } },
    ]);
  });

  it("repeats a throttled request as long as there is time", async () => {
    await using table = await open(() => new AwsFailure("ThrottlingException", "slow down"));
    const { outcomes, throttled } = await table.write(items(2));
    expect(table.clock.waits.slice(0, 8)).toEqual([25, 50, 100, 200, 400, 800, 1_600, 2_500]);
    const waitedMs = table.clock.waits.reduce((sum, ms) => sum + ms, 0);
    expect(waitedMs).toBeLessThan(DEADLINE_MS);
    expect(waitedMs + 2_500).toBeGreaterThanOrEqual(DEADLINE_MS);
    expect(throttled).toBe(2 * table.requests.length);
    expect(outcomes).toMatchObject([
      { outcome: "failed", cause: { name: "ThrottlingException", message: "slow down" } },
      { outcome: "failed" },
    ]);
    expect(table.lines).toEqual([
      expect.objectContaining({
        level: "warn",
        event: "write_failed",
        items: 2,
        error: expect.objectContaining({ message: "slow down" }),
      }),
    ]);
  });

  it("stops when the time is over, and does not report unprocessed items as stored", async () => {
    const answer = (request: AwsRequest) => ({ UnprocessedItems: { [TABLE]: putsOf(request) } });
    await using exact = await open(answer);
    expect((await exact.write(items(1), 25)).outcomes).toMatchObject([{ outcome: "failed" }]);
    expect([exact.requests.length, exact.clock.waits]).toEqual([1, []]);

    // A wait may take longer than it was told to.
    await using late = await open(answer);
    late.clock.sleep = async () => late.clock.advance(DEADLINE_MS);
    expect((await late.write(items(1))).outcomes).toMatchObject([
      { outcome: "failed", cause: { message: "there was no time left to write it" } },
    ]);
    expect(late.requests).toHaveLength(1);
  });

  it("reports items that stay unprocessed for too long as failed", async () => {
    await using table = await open((request) => ({ UnprocessedItems: { [TABLE]: putsOf(request) } }));
    const { outcomes } = await table.write(items(2));
    expect(outcomes[0]).toMatchObject({
      outcome: "failed",
      cause: { message: "DynamoDB left 2 items unprocessed" },
    });
  });
});

describe("a table that fails", () => {
  it.each([
    ["an answer of 500", () => new AwsFailure("InternalServerError", "down", 500), 4],
    ["no answer", () => "reset" as const, 4],
    ["a refusal", () => new AwsFailure("AccessDeniedException", "not yours"), 1],
    ["other keys", () => new AwsFailure("ValidationException", "key element does not match the schema"), 1],
  ])("retries %s as often as that can help", async (_, answer, attempts) => {
    await using table = await open(answer);
    const { outcomes, throttled } = await table.write(items(3));
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "failed"]);
    expect([table.requests.length, throttled]).toEqual([attempts, 0]);
  });

  it("asks nothing when no time is left", async () => {
    await using table = await open(() => ({}));
    const { outcomes } = await table.write(items(2), 0);
    expect(outcomes).toMatchObject([
      { outcome: "failed", cause: { message: "there was no time left to write it" } },
      { outcome: "failed" },
    ]);
    expect(table.requests).toEqual([]);
  });
});

describe("an item that DynamoDB rejects", () => {
  const rejecting = (bad: number[], message = "Item size has exceeded the maximum allowed size") => {
    return (request: AwsRequest) =>
      indexesOf(request).some((index) => bad.includes(index))
        ? new AwsFailure("ValidationException", message)
        : {};
  };

  it("finds the rejected item and stores the others", async () => {
    await using table = await open(rejecting([1, 24]));
    const { outcomes } = await table.write(items(25));
    expect(outcomes[1]).toEqual({
      outcome: "rejected",
      detail: "Item size has exceeded the maximum allowed size",
    });
    expect(outcomes[24]?.outcome).toBe("rejected");
    expect(outcomes.filter(({ outcome }) => outcome === "stored")).toHaveLength(23);
    expect(table.clock.waits).toEqual([]);
    expect(table.lines).toEqual([]);
  });

  it("finds one bad item of 25 with ten requests at most, by halving", async () => {
    await using table = await open(rejecting([17]));
    await table.write(items(25));
    expect(table.requests.length).toBeLessThanOrEqual(11);
  });
});
