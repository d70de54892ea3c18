import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { systemClock } from "@energylive/core/clock";
import type { DecimalText } from "@energylive/core/decimal";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import { createLog } from "@energylive/core/log";
import { measurementItem } from "@energylive/core/measurement/item";
import { serializeRange } from "@energylive/core/profile/message";
import { createProfileStore } from "@energylive/core/profile/store";
import { ProfilerEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { resourceNames } from "@energylive/core/settings/names";
import { startDynamoDB } from "@energylive/local/services/dynamodb";
import { awsConfig } from "@energylive/local/services/loopback";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type AwsRequest, startAws, type TestAws } from "../../../tests/support/aws.ts";
import { NOBODY } from "../../../tests/support/nobody.ts";
import { sqsEvent } from "../../../tests/support/sqs-event.ts";
import { createDynamoDB, createSqs } from "./clients.ts";
import { createProfilerHandler } from "./profiler-handler.ts";

const names = resourceNames("test");
const START = Date.parse("2026-03-02T10:00:00Z");
const MINUTE = 60_000;

let folder: string;
let database: Awaited<ReturnType<typeof startDynamoDB>>;
let dynamodb: ReturnType<typeof createDynamoDB>;
let queues: TestAws;
let sqs: ReturnType<typeof createSqs>;
let lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "energylive-profiler-"));
  database = await startDynamoDB({ folder, names });
  dynamodb = createDynamoDB(awsConfig(database.endpoint));
  queues = await startAws(({ operation, input }: AwsRequest) =>
    operation === "SendMessageBatch"
      ? { Successful: input.Entries.map(({ Id }: { Id: string }) => ({ Id, MessageId: Id })) }
      : {},
  );
  sqs = createSqs(queues.config);
});
afterAll(async () => {
  for (const client of [dynamodb, sqs]) client.destroy();
  await queues[Symbol.asyncDispose]();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

function profiler(table = names.profilesTable, client = dynamodb) {
  return createProfilerHandler({
    environment: parseEnvironment(ProfilerEnvironment, {
      STAGE: "test",
      ...tableVariables(names),
      PROFILES_TABLE: table,
      PROFILE_QUEUE_URL: "http://127.0.0.1/0/profiles",
      PROFILE_DLQ_URL: "http://127.0.0.1/0/profiles-dlq",
      CHANNEL_PATH: names.channelPath,
    }),
    dynamodb: client,
    sqs,
    ...NOBODY,
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "info", destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
    report: () => {},
  });
}

function event(bodies: readonly string[]): SQSEvent {
  lines = [];
  return sqsEvent(bodies);
}

const minute = { getRemainingTimeInMillis: () => 120_000 };

/** A register that grows by a watt-hour a minute, read every five minutes. */
async function storeReadings(device_id: string, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) =>
    measurementItem({
      device_id,
      measurement_type: "0100010800",
      timestamp: START + index * 5 * MINUTE,
      value: String(1_000 + index * 5) as DecimalText,
      collection_time: new Date(START).toISOString(),
      retention_days: 36_500,
    }),
  );
  for (let first = 0; first < items.length; first += 25)
    await dynamodb.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [names.measurementsTable]: items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } })),
        },
      }),
    );
}

const told = (device_id: string, from: number, to: number) =>
  serializeRange({ device_id, from: START + from * MINUTE, to: START + to * MINUTE });

const read = (device_id: string) =>
  createProfileStore({ dynamodb, table: names.profilesTable }).read(device_id, "2026-01-01", "2026-12-31");

describe("the profiler", () => {
  it("computes a device's quarter-hours from the table, once for all messages of a batch", async () => {
    const device = "I-01012026-00000001";
    await storeReadings(device, 13);
    const answer = await profiler()(
      event([told(device, 0, 20), told(device, 15, 60), told(device, 15, 60)]),
      minute,
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    const [profile, ...others] = await read(device);
    expect(others).toEqual([]);
    expect(profile).toMatchObject({ day: "2026-03-02", time_zone: "Europe/Vienna", version: 1 });
    // 10:00 UTC is the 45th quarter-hour of the day in Vienna.
    expect(profile?.import_wh.slice(43, 49)).toEqual([null, 15, 15, 15, 15, null]);
    expect(profile?.quality.slice(43, 49)).toBe("-mmmm-");
    expect(lines.at(-1)).toMatchObject({
      event: "profiler_finished",
      messages: 3,
      computed: 1,
      written: 1,
      quarantined: 0,
      failed: 0,
    });
  });

  it("counts the days of the device's own time zone", async () => {
    const device = "I-01012026-00000002";
    await createDeviceRegistry({ dynamodb, table: names.devicesTable }).add({
      device_id: device,
      time_zone: "Asia/Tokyo",
    });
    await storeReadings(device, 2);
    await profiler()(event([told(device, 0, 5)]), minute);
    const [profile] = await read(device);
    expect(profile).toMatchObject({ day: "2026-03-02", time_zone: "Asia/Tokyo" });
    expect(profile?.import_wh[76]).toBe(5);
  });

  it("quarantines what it cannot read, and computes what is beside it", async () => {
    const device = "I-01012026-00000003";
    await storeReadings(device, 4);
    expect(await profiler()(event(["{", told(device, 0, 15)]), minute)).toEqual({ batchItemFailures: [] });
    expect((await read(device))[0]?.import_wh[44]).toBe(15);
    const sent = queues.requests.findLast(({ operation }) => operation === "SendMessageBatch");
    expect(sent?.input).toMatchObject({
      QueueUrl: "http://127.0.0.1/0/profiles-dlq",
      Entries: [{ MessageBody: "{", MessageAttributes: { failed_in: { StringValue: "profiler" } } }],
    });
  });

  it("gives back what could not be written, and lets it rest", async () => {
    const device = "I-01012026-00000004";
    await storeReadings(device, 4);
    expect(
      await profiler("EnergyLiveProfiles-none")(event([told(device, 0, 5), told(device, 5, 15)]), minute),
    ).toEqual({
      batchItemFailures: [{ itemIdentifier: "m0" }, { itemIdentifier: "m1" }],
    });
    expect(queues.requests.at(-1)).toMatchObject({
      operation: "ChangeMessageVisibilityBatch",
      input: { QueueUrl: "http://127.0.0.1/0/profiles" },
    });
    expect(lines).toContainEqual(expect.objectContaining({ event: "profile_failed", device_id: device }));
  });

  it("is one of several at once on one day: none undoes what another has written", async () => {
    const device = "I-01012026-00000005";
    await storeReadings(device, 49);
    const parts = Array.from({ length: 8 }, (_, index) => told(device, index * 30, index * 30 + 30));
    const answers = await Promise.all(parts.map((part) => profiler()(event([part]), minute)));
    expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    const [profile] = await read(device);
    expect(profile?.import_wh.slice(44, 60)).toEqual(Array.from({ length: 16 }, () => 15));
    expect(profile?.quality.slice(44, 60)).toBe("m".repeat(16));
  });

  it.each([
    ["before", false],
    ["after", true],
  ])(
    "leaves nothing wrong when it is killed %s any request reached the table, and its message comes again",
    async (_, isReached) => {
      const asked: number[] = [];
      for (let kill = 1; ; kill += 1) {
        const device = `I-0202202${isReached ? 6 : 7}-${String(kill).padStart(8, "0")}`;
        // Over midnight: two profiles are written.
        await storeReadings(device, 180);
        const message = event([told(device, 0, 895)]);
        using dying = killedAt(kill, isReached);
        const end = await Promise.race([
          dying.killed,
          profiler(undefined, dying.client)(message, minute).then(() => "finished" as const),
        ]);
        if (end === "killed") asked.push(kill);
        expect(await profiler()(message, minute)).toEqual({ batchItemFailures: [] });
        const profiles = await read(device);
        expect(profiles.map(({ day, import_wh, quality }) => ({ day, import_wh, quality }))).toEqual([
          {
            day: "2026-03-02",
            import_wh: quarters(96, (index) => (index < 44 ? null : 15)),
            quality: "-".repeat(44) + "m".repeat(52),
          },
          {
            day: "2026-03-03",
            import_wh: quarters(96, (index) => (index < 7 ? 15 : index === 7 ? 10 : null)),
            quality: `${"m".repeat(7)}e${"-".repeat(88)}`,
          },
        ]);
        if (end === "finished") break;
      }
      // The device, the profiles, the measurements in and beside the range, and two writes.
      expect(asked.length).toBeGreaterThanOrEqual(6);
    },
  );
});

const quarters = (count: number, of: (index: number) => number | null) =>
  Array.from({ length: count }, (_, index) => of(index));

/** A client of a process that dies at its `kill`-th request, which the table has answered or never gets. */
function killedAt(kill: number, isReached: boolean) {
  const client = createDynamoDB(awsConfig(database.endpoint));
  const { promise, resolve } = Promise.withResolvers<"killed">();
  let requests = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      requests += 1;
      if (requests < kill) return next(args);
      if (requests === kill && isReached) await next(args);
      resolve("killed");
      return new Promise(() => {});
    },
    { step: "initialize" },
  );
  return { client, killed: promise, [Symbol.dispose]: () => client.destroy() };
}
