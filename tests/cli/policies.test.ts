import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Call, deniedCalls, describeGrant, unusedGrants } from "../../tools/iam/calls.ts";
import { parsePolicy, type Statement } from "../../tools/iam/policy.ts";
import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { startServer } from "../support/server.ts";
import { type StandInAws, startStandInAws } from "./aws.ts";
import { cli, sendAll } from "./cli.ts";

/** The policies of docs/policies, held against the calls that the command makes. */

let collector: Collector;
let aws: StandInAws;

beforeAll(async () => {
  collector = await startCollector({ devices: 2 });
  aws = await startStandInAws(collector);
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

/** The calls of these commands, each of which must succeed. */
async function callsOfCommands(...commands: [args: string[], stdin?: string][]): Promise<Call[]> {
  aws.calls.length = 0;
  for (const [args, stdin = ""] of commands) {
    const { code, stderr } = await cli([...args, "--stage", "local"], { env: aws.env, stdin });
    expect(code, `${args.join(" ")}: ${stderr}`).toBe(0);
  }
  return [...aws.calls];
}

const TARIFFS = fileURLToPath(new URL("../../packages/cli/src/tariffs/examples.json", import.meta.url));

async function forgetProfiles(): Promise<void> {
  const { dynamodb, names } = collector.stack;
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: names.profilesTable }));
  for (const { device_id, day } of Items)
    if (device_id !== undefined && day !== undefined)
      await dynamodb.send(new DeleteItemCommand({ TableName: names.profilesTable, Key: { device_id, day } }));
}

/** As the Python collector stored it. */
const oldItem = (device_id: string) => ({
  device_id,
  timestamp: 1_726_559_995_000,
  measurement_type: "0100010700",
  value: 138,
  collection_time: "2024-09-17T08:00:00.123456",
});

const PORTAL_FILE = "Datum;kWh;kW;Status\n03.02.2025 08:00;0,25;1;gemessen\n";

/** The path of a file with this content. */
async function written(name: string, content: string): Promise<string> {
  const path = join(collector.folder, name);
  await writeFile(path, content);
  return path;
}

async function policies(...names: string[]): Promise<Statement[]> {
  const texts = names.map((name) =>
    readFile(new URL(`../../docs/policies/${name}.json`, import.meta.url), "utf8"),
  );
  return (await Promise.all(texts)).flatMap(parsePolicy);
}

describe("the policy of", () => {
  it("an operator, with a reader's, allows what the commands call, and nothing else", async () => {
    await using hook = await startServer((_, response) => void response.end());
    const [id = ""] = collector.ids;
    const calls = await callsOfCommands(
      [["keys", "set", "default"], API_KEY],
      [["keys", "set", "mother"], API_KEY],
      [["devices", "add", id]],
      [["devices", "set", id, "name=x"]],
      [["alerts", "add", id, "peak_above", "kw=6"]],
      [["poll", id]],
      [["keys", "remove", "mother"]],
      [["channels", "set", "people", "webhook"], hook.url],
      [["alerts", "test"]],
      [["channels", "remove", "people"]],
      [["tariffs", "import", TARIFFS]],
      [["tariffs", "remove", "Spot"]],
      [["import", "file", await written("old.json", JSON.stringify(oldItem(id)))]],
      [["import", "profile", await written("portal.csv", PORTAL_FILE), "--device", id, "--yes"]],
    );
    const { dlqUrl } = collector.stack.endpoints;
    const letter = (reason: string) => ({ body: "no json", attributes: { failure_reason: reason } });
    await sendAll(collector, dlqUrl, [letter("invalid_json"), letter("unknown_version")]);
    calls.push(
      ...(await callsOfCommands(
        [["dlq", "list"]],
        [["dlq", "redrive", "--reason", "unknown_version"]],
        [["dlq", "redrive"]],
      )),
    );
    await collector.drained();
    await forgetProfiles();
    calls.push(
      ...(await callsOfCommands([["profiles", "rebuild"]], [["dlq", "list", "--queue", "profiles"]])),
    );
    await expect.poll(async () => (await collector.stack.queueDepth()).dlq, { timeout: 10_000 }).toBe(2);
    calls.push(
      ...(await callsOfCommands([["dlq", "purge", "--yes"]], [["doctor"]], [["devices", "remove", id]])),
    );
    const denied = deniedCalls(await policies("reader", "operator"), calls);
    expect(denied.map(describeGrant)).toEqual([]);
    // On Ctrl-C, which tests/cli/deployed.test.ts presses.
    const cancelled = { action: "sqs:CancelMessageMoveTask", resource: "arn:aws:sqs:*:*:energylive-*" };
    expect(unusedGrants(await policies("operator"), calls)).toEqual([cancelled]);
  }, 60_000);

  it("a reader allows looking at devices, measurements and the pipeline, and nothing else", async () => {
    const [id = ""] = collector.ids;
    await collector.put({ device_id: id });
    await collector.stack.poll({});
    await collector.drained();
    const calls = await callsOfCommands(
      [["devices", "list"]],
      [["devices", "show", id]],
      [["latest"]],
      [["query", id]],
      [["query", "--type", "0100010700"]],
      [["keys", "list"]],
      [["energy"]],
      [["profiles", "check"]],
      [["tariffs", "list"]],
      [["alerts", "list"]],
      [["alerts", "history", id]],
      [["channels", "list"]],
      [["tokens", "list"]],
    );
    const denied = deniedCalls(await policies("reader"), calls);
    expect(denied.map(describeGrant)).toEqual([]);
    // `energylive dashboard` looks at the queues, at CloudWatch and at the fetcher's log.
    const ofDashboard =
      /^(sqs:GetQueue|cloudwatch:GetMetricData|logs:FilterLogEvents|dynamodb:DescribeTable)/;
    const unused = unusedGrants(await policies("reader"), calls).map(describeGrant);
    expect(unused.filter((grant) => !ofDashboard.test(grant) && !grant.includes("/index/"))).toEqual([]);
  }, 60_000);
});
