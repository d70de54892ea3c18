import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { plantedKey } from "../faults/security/planted.ts";
import type { Ended } from "../support/ended.ts";
import { type StandInAws, startStandInAws } from "./aws.ts";
import { cli } from "./cli.ts";

const MOTHER = plantedKey("mother");

let collector: Collector;
let aws: StandInAws;
const written: string[] = [];

/** The stage with the names of the embedded stack. */
async function run(args: readonly string[], stdin = ""): Promise<Ended> {
  const result = await cli([...args, "--stage", "local"], { env: aws.env, stdin });
  written.push(result.stdout, result.stderr);
  return result;
}

/** Two keys, each of a device, which have been polled. */
beforeAll(async () => {
  collector = await startCollector({ devices: 2 });
  aws = await startStandInAws(collector);
  const [first = "", second = ""] = collector.ids;
  collector.api.setKey(MOTHER, [second]);
  await run(["keys", "set", "default"], API_KEY);
  await run(["keys", "set", "mother"], MOTHER);
  await run(["devices", "add", first]);
  await run(["devices", "add", second, "--key", "mother"]);
  await run(["poll", first]);
  await collector.drained();
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

describe("the doctor of a deployed stage", () => {
  it("checks credentials, region and functions too", async () => {
    const { stdout } = await run(["doctor", "--json"]);
    const { checks, target } = JSON.parse(stdout);
    expect(target).toBe('the stage "local"');
    const status = Object.fromEntries(
      checks.map((check: { name: string; status: string }) => [check.name, check.status]),
    );
    expect(status).toMatchObject({
      credentials: "ok",
      region: "ok",
      "measurements table": "ok",
      "devices table": "ok",
      queues: "ok",
      fetcher: "ok",
      consumer: "ok",
      "event source": "ok",
      "profiles table": "ok",
      "profile queue": "ok",
      "profile queue depth": "ok",
      "profile dead letters": "ok",
      profiler: "ok",
      "profile event source": "ok",
      api: "ok",
      "key default": "ok",
      "key mother": "ok",
    });
  });

  it("reports everything that differs from the deployment, with what to do", async () => {
    const { fetcher, consumer } = collector.stack.names;
    const found = async (changes: Record<string, Record<string, unknown>>) => {
      for (const [name, change] of Object.entries(changes)) aws.changed.set(name, change);
      const { code, stdout } = await run(["doctor", "--json"]);
      aws.changed.clear();
      expect(code).toBe(1);
      const { checks } = JSON.parse(stdout);
      return checks
        .filter(
          (check: { status: string; name: string }) => check.status === "wrong" && check.name !== "data",
        )
        .map(({ name, detail, advice }: Record<string, string>) => `${name}: ${detail} → ${advice}`);
    };
    expect(
      await found({
        [fetcher]: { State: "Failed", StateReason: "no image" },
        [consumer]: { Timeout: 3 },
        [`${consumer} event source`]: { State: "Disabled" },
      }),
    ).toEqual([
      expect.stringMatching(
        /^fetcher: energylive-local-fetcher: is Failed: no image → deploy the stage again/,
      ),
      expect.stringMatching(
        /^consumer: energylive-local-consumer: its timeout is 3 s → deploy the stage again/,
      ),
      expect.stringMatching(/^event source: .* its mapping is Disabled → enable the trigger/),
    ]);
    expect(
      await found({
        [fetcher]: { Environment: { Variables: { STAGE: "local" } } },
        [consumer]: { LastUpdateStatus: "Failed" },
        [`${consumer} event source`]: { FunctionResponseTypes: [] },
      }),
    ).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^fetcher: .*DEVICES_TABLE is not set, not EnergyLiveDevices-local/),
        expect.stringMatching(/^consumer: .* its last update failed/),
        expect.stringMatching(/^event source: one failing message sends its whole batch back/),
      ]),
    );
    expect(
      await found({ [`${consumer} event source`]: { EventSourceArn: "arn:aws:sqs:x:1:other" } }),
    ).toEqual([
      expect.stringMatching(
        /^event source: energylive-local-measurements does not invoke energylive-local-consumer/,
      ),
    ]);
  });

  it("says who is told of alarms", async () => {
    const alarms = async (subscribers: StandInAws["subscribers"]) => {
      aws.subscribers = subscribers;
      const { checks } = JSON.parse((await run(["doctor", "--json"])).stdout);
      return checks.find(({ name }: { name: string }) => name === "alarms");
    };
    expect(await alarms(undefined)).toMatchObject({
      status: "note",
      detail: expect.stringMatching(/^there are none: ENERGYLIVE_MONITORING was off/),
    });
    expect(await alarms({ confirmed: [], waiting: [] })).toMatchObject({
      status: "note",
      detail: expect.stringMatching(/no one is told: set ENERGYLIVE_ALARM_EMAIL and deploy again/),
    });
    expect(await alarms({ confirmed: ["a@example.com"], waiting: ["b@example.com"] })).toMatchObject({
      status: "wrong",
      detail: "b@example.com is not told yet: the subscription is not confirmed",
      advice: expect.stringMatching(/^open the link in the mail that AWS sent/),
    });
    expect(await alarms({ confirmed: ["a@example.com"], waiting: [] })).toEqual({
      name: "alarms",
      status: "ok",
      detail: "are sent to a@example.com",
    });
  });

  it("says what to do about an index of an earlier version", async () => {
    const create = (stage: string, index: { IndexName: string; key: string } | undefined) =>
      collector.stack.dynamodb.send(
        new CreateTableCommand({
          TableName: `EnergyLiveData-${stage}`,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: ["device_id", "measurement_key", ...(index ? [index.key] : [])].map(
            (AttributeName) => ({ AttributeName, AttributeType: "S" as const }),
          ),
          KeySchema: [
            { AttributeName: "device_id", KeyType: "HASH" },
            { AttributeName: "measurement_key", KeyType: "RANGE" },
          ],
          ...(index && {
            GlobalSecondaryIndexes: [
              {
                IndexName: index.IndexName,
                KeySchema: [{ AttributeName: index.key, KeyType: "HASH" as const }],
                Projection: { ProjectionType: "ALL" as const },
              },
            ],
          }),
        }),
      );
    await create("plain", undefined);
    await create("sharded", { IndexName: "MeasurementTypeIndex", key: "measurement_type_shard" });
    const table = async (stage: string) => {
      const { stdout } = await cli(["doctor", "--json", "--stage", stage], { env: aws.env });
      return JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === "measurements table");
    };
    expect(await table("plain")).toMatchObject({
      detail: expect.stringMatching(/has no index MeasurementTypeIndex: no query of one type/),
      advice: expect.stringMatching(/^npx sst refresh --stage plain and npx sst deploy --stage plain/),
    });
    expect(await table("sharded")).toMatchObject({
      detail: expect.stringMatching(/has the keys measurement_type_shard, not measurement_type \+ timestamp/),
      advice: expect.stringMatching(
        /^delete MeasurementTypeIndex in the DynamoDB console .* npx sst refresh/,
      ),
    });
  });

  it("reports each wrong table and queue of another stage", async () => {
    const { dynamodb, sqs } = collector.stack;
    // The table of the Python collector.
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "EnergyLiveData-other",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "device_id", AttributeType: "S" },
          { AttributeName: "timestamp", AttributeType: "N" },
        ],
        KeySchema: [
          { AttributeName: "device_id", KeyType: "HASH" },
          { AttributeName: "timestamp", KeyType: "RANGE" },
        ],
      }),
    );
    for (const QueueName of ["energylive-other-measurements", "energylive-other-measurements-dlq"])
      await sqs.send(new CreateQueueCommand({ QueueName }));
    const { code, stdout } = await cli(["doctor", "--stage", "other"], { env: aws.env });
    expect(code).toBe(1);
    const lines = stdout.split("\n");
    const line = (name: string) => lines[lines.findIndex((text) => text.startsWith(`WRONG  ${name} `))];
    expect(line("measurements table")).toMatch(
      /has the keys device_id \+ timestamp, not device_id \+ measurement_key/,
    );
    expect(line("queues")).toMatch(/energylive-other-measurements has no dead-letter queue/);
    for (const name of [
      ...[
        "devices table",
        "profiles table",
        "prices table",
        "tariffs table",
        "alerts table",
        "profile queue",
        "fetcher",
        "consumer",
        "profiler",
      ],
      ...["reporter", "archiver"],
      ...["event source", "profile event source", "api", "keys", "devices"],
    ])
      expect(line(name)).toMatch(/not found|does not exist/);
    expect(stdout.match(/\n +→ Is the stage deployed in this account and region\?/g)).toHaveLength(16);
  });

  it("shows no key (invariant 8)", () => {
    expect(written.length).toBeGreaterThan(15);
    for (const text of written) for (const key of [MOTHER, API_KEY]) expect(text).not.toContain(key);
  });
});
