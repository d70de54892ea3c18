import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { writeStackFile } from "@energylive/local/stack-file";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { startAws } from "../support/aws.ts";
import { ended } from "../support/ended.ts";
import { type CliStack, sendAll, startCli, startCliStack } from "./cli.ts";

const REJECTED = 800;
const UNKNOWN_VERSION = 1_000;
const NO_JSON = 700;
const ALL = REJECTED + UNKNOWN_VERSION + NO_JSON;
/** Of about 170 receives that reading everything takes. */
const RECEIVES_BEFORE_STOP = 30;
const DEVICES = ["I-10082023-00000000", "I-10082023-00000001", "I-10082023-00000002"];

let stack: CliStack;

beforeAll(async () => {
  stack = await startCliStack(1);
  const { endpoints } = stack.collector.stack;
  // Two kinds that the consumer itself quarantines, and one that it would quarantine if DynamoDB refused it.
  await sendAll(stack.collector, endpoints.queueUrl, [
    ...Array.from({ length: UNKNOWN_VERSION }, (_, index) => ({ body: body(index, 2) })),
    ...Array.from({ length: NO_JSON }, (_, index) => ({ body: `no json ${index}` })),
  ]);
  await sendAll(
    stack.collector,
    endpoints.dlqUrl,
    Array.from({ length: REJECTED }, (_, index) => ({
      body: body(index, 1),
      attributes: {
        failure_reason: "rejected_by_dynamodb",
        failure_detail: "the table was another",
        failed_at: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString(),
        failed_in: "consumer",
      },
    })),
  );
  await stack.collector.drained();
});
afterAll(() => stack[Symbol.asyncDispose]());

function body(index: number, v: number): string {
  return JSON.stringify({
    v,
    device_id: DEVICES[index % DEVICES.length],
    measurement_type: "0100010700",
    timestamp: 1_767_225_600_000 + index,
    value: index,
    collection_time: "2026-01-01T00:00:00.000Z",
    retention_days: 365,
  });
}

function endpoints() {
  return stack.collector.stack.endpoints;
}

async function depth(queueUrl: string): Promise<{ visible: number; held: number }> {
  const { Attributes } = await stack.collector.stack.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] }),
  );
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages),
    held: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

const dlq = () => depth(stack.collector.stack.endpoints.dlqUrl);

async function storedCount(): Promise<number> {
  const { dynamodb, names } = stack.collector.stack;
  const { Count = 0 } = await dynamodb.send(
    new ScanCommand({ TableName: names.measurementsTable, Select: "COUNT" }),
  );
  return Count;
}

describe("dlq list", () => {
  it("shows three rows with the right counts, and gives every message back at once", async () => {
    const startedAt = performance.now();
    const { code, stdout, stderr } = await stack.run("dlq", "list");
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(await dlq()).toEqual({ visible: ALL, held: 0 });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const rows = stdout.split("\n").slice(1, 4);
    expect(rows).toEqual([
      expect.stringMatching(
        /^unknown_version +1000 {2}\d{4}-.* {2}I-10082023-00000000, I-10082023-00000001 and 1 more$/,
      ),
      expect.stringMatching(/^rejected_by_dynamodb +800 {2}20(25|26)-.*2026-01-01 /),
      expect.stringMatching(/^invalid_json +700 {2}/),
    ]);
    expect(stdout).toMatch(/\n2500 messages\n/);
    expect(stdout).toMatch(/unknown_version: .*\. Deploy the newer version, then redrive/);
  });

  it("gives programs the same as JSON", async () => {
    const groups = await stack.json("dlq", "list");
    expect(groups[1]).toEqual({
      reason: "rejected_by_dynamodb",
      count: REJECTED,
      first_seen_at: "2026-01-01T00:00:00.000Z",
      last_seen_at: "2026-01-01T00:13:19.000Z",
      devices: DEVICES,
      detail: "the table was another",
      advice: "Fix what the detail names, then redrive.",
    });
  });
});

describe("dlq show", () => {
  it("shows body, attributes, what failed and what to do", async () => {
    const all = await stack.json("dlq", "list", "--all");
    expect(all).toHaveLength(ALL);
    const [letter] = all;
    const { code, stdout } = await stack.run("dlq", "show", letter.message_id.slice(0, 13));
    expect(code).toBe(0);
    expect(stdout).toMatch(/what failed +rejected_by_dynamodb: DynamoDB can never accept this item/);
    expect(stdout).toMatch(/what to do +Fix what the detail names, then redrive/);
    expect(stdout).toMatch(/failed_in +consumer/);
    expect(stdout).toContain(letter.body);
    const missing = await stack.run("dlq", "show", "nosuchid");
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/no message nosuchid.*\nenergylive dlq list --all shows the ids/);
  });
});

describe("dlq redrive", () => {
  it("says with --dry-run what would be moved, and moves nothing", async () => {
    expect(await stack.json("dlq", "redrive", "--device", DEVICES[0] ?? "", "--dry-run")).toEqual({
      matched: Math.ceil(REJECTED / 3) + Math.ceil(UNKNOWN_VERSION / 3),
      moved: 0,
      left: Math.ceil(REJECTED / 3) + Math.ceil(UNKNOWN_VERSION / 3),
    });
    expect(await dlq()).toEqual({ visible: ALL, held: 0 });
  });

  it("moves one message by its id", async () => {
    const [letter] = await stack.json("dlq", "list", "--all");
    expect(await stack.json("dlq", "redrive", "--id", letter.message_id)).toEqual({
      matched: 1,
      moved: 1,
      left: 0,
    });
    await expect.poll(storedCount, { timeout: 10_000 }).toBe(1);
    expect(await dlq()).toEqual({ visible: ALL - 1, held: 0 });
    const again = await stack.run("dlq", "redrive", "--id", letter.message_id);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/no message .*\nenergylive dlq list --all shows the ids/);
    // About a sixteenth of them start like this: which one is meant?
    const several = await stack.run("dlq", "redrive", "--id", letter.message_id.slice(0, 1));
    expect(several.code).toBe(1);
    expect(several.stderr).toMatch(/\d+ messages start with .: give more of the id/);
    expect(await dlq()).toEqual({ visible: ALL - 1, held: 0 });
  });

  it("moves exactly the messages of a reason, and never has a message in neither queue nor table", async () => {
    const sums: number[] = [];
    let isOver = false;
    const { queueUrl, dlqUrl } = stack.collector.stack.endpoints;
    const watching = (async () => {
      while (!isOver) {
        // In the order in which a message moves, so one that moves meanwhile counts twice and not zero times.
        const counts = [await depth(dlqUrl), await depth(queueUrl)];
        sums.push(counts.reduce((sum, { visible, held }) => sum + visible + held, await storedCount()));
      }
    })();
    const { code, stdout } = await stack.run("dlq", "redrive", "--reason", "rejected_by_dynamodb");
    await stack.collector.drained();
    isOver = true;
    await watching;
    expect(stdout).toBe(`${REJECTED - 1} messages moved to the measurement queue.\n`);
    expect(code).toBe(0);
    expect(sums.length).toBeGreaterThan(5);
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(ALL);
    expect(await storedCount()).toBe(REJECTED);
    expect(await dlq()).toEqual({ visible: UNKNOWN_VERSION + NO_JSON, held: 0 });
    const groups = await stack.json("dlq", "list");
    expect(groups.map(({ reason, count }: Record<string, unknown>) => [reason, count])).toEqual([
      ["unknown_version", UNKNOWN_VERSION],
      ["invalid_json", NO_JSON],
    ]);
  });

  it("brings back what still cannot be stored, and says when nothing matches", async () => {
    const { stdout } = await stack.run("dlq", "redrive", "--reason", "invalid_json");
    expect(stdout).toMatch(/^700 messages moved/);
    await stack.collector.drained();
    await expect.poll(dlq).toEqual({ visible: UNKNOWN_VERSION + NO_JSON, held: 0 });
    const none = await stack.run("dlq", "redrive", "--reason", "rejected_by_dynamodb");
    expect(none).toMatchObject({
      code: 0,
      stdout: "No message matches (existing reasons: invalid_json, unknown_version): nothing was moved.\n",
    });
  });

  it("gives back what it read when it is stopped", async () => {
    const reading = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    let receives = 0;
    // A receive in the middle is answered after the command was told to stop.
    await using slow = await startAws(async (request) => {
      if (request.operation === "ReceiveMessage") receives += 1;
      if (receives === RECEIVES_BEFORE_STOP) {
        reading.resolve();
        await told.promise;
      }
      return request.forward(endpoints().sqs);
    });
    const data = await mkdtemp(join(tmpdir(), "energylive-cli-"));
    await writeStackFile(data, { pid: process.pid, kind: "account", ...endpoints(), sqs: slow.endpoint });
    const child = startCli(["dlq", "list", "--data", data]);
    await reading.promise;
    expect((await dlq()).held).toBeGreaterThan(0);
    child.kill("SIGINT");
    told.resolve();
    const { code, stderr } = await ended(child);
    expect(code).toBe(1);
    expect(stderr).toMatch(/what was read is back/);
    expect(await dlq()).toEqual({ visible: UNKNOWN_VERSION + NO_JSON, held: 0 });
    await rm(data, { recursive: true });
  });
});

describe("dlq export and purge", () => {
  it("exports without removing anything", async () => {
    const file = join(stack.data, "letters.ndjson");
    expect(await stack.json("dlq", "export", file, "--reason", "invalid_json")).toEqual({
      file,
      messages: NO_JSON,
    });
    const lines = (await readFile(file, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map((letter) => letter.body))).toEqual(
      new Set(Array.from({ length: NO_JSON }, (_, index) => `no json ${index}`)),
    );
    expect(await dlq()).toEqual({ visible: UNKNOWN_VERSION + NO_JSON, held: 0 });
    const again = await stack.run("dlq", "export", file);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/already exists\nname another file/);
    expect(await dlq()).toEqual({ visible: UNKNOWN_VERSION + NO_JSON, held: 0 });
  });

  it("deletes nothing without --yes when nobody can be asked", async () => {
    const { code } = await stack.run("dlq", "purge");
    expect(code).toBe(2);
    expect(await dlq()).toEqual({ visible: UNKNOWN_VERSION + NO_JSON, held: 0 });
  });

  it("deletes only the messages of a reason, after exporting them", async () => {
    const file = join(stack.data, "purged.ndjson");
    const { stdout } = await stack.run("dlq", "purge", "--reason", "invalid_json", "--export", file, "--yes");
    expect(stdout).toBe(`700 messages deleted. A copy is in ${file}.\n`);
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(NO_JSON);
    expect(await dlq()).toEqual({ visible: UNKNOWN_VERSION, held: 0 });
    expect(await stack.json("dlq", "purge", "--yes")).toEqual({ purged: UNKNOWN_VERSION, exported_to: null });
    const { stdout: empty } = await stack.run("dlq", "list");
    expect(empty).toMatch(/^The dead-letter queue is empty/);
  });
});
