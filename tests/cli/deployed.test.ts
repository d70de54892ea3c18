import { REQUEST_HEADER } from "@energylive/api/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { plantedKey } from "../faults/security/planted.ts";
import { type Ended, ended } from "../support/ended.ts";
import { type StandInAws, startStandInAws } from "./aws.ts";
import { cli, sendAll, startCli } from "./cli.ts";

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

beforeAll(async () => {
  collector = await startCollector({ devices: 2 });
  aws = await startStandInAws(collector);
});
afterAll(async () => {
  await aws[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

const id = (index: number) => collector.ids[index] ?? "";

describe("a deployed stage", () => {
  it("says how to set the first key", async () => {
    const { stdout } = await run(["keys", "list"]);
    expect(stdout).toBe("There are no keys yet; energylive keys set default --stage local adds the first.\n");
    const { checks } = JSON.parse((await run(["doctor", "--json"])).stdout);
    expect(checks).toContainEqual({
      name: "keys",
      status: "note",
      detail: "there are none yet; energylive keys set default --stage local adds the first",
    });
  });

  it("keeps every key as an SSM SecureString parameter", async () => {
    expect((await run(["keys", "set", "default"], API_KEY)).code).toBe(0);
    expect((await run(["keys", "set", "mother"], MOTHER)).code).toBe(0);
    expect([...aws.parameters]).toEqual([
      ["/energylive/local/keys/default", { value: API_KEY, type: "SecureString" }],
      ["/energylive/local/keys/mother", { value: MOTHER, type: "SecureString" }],
    ]);
    const { stdout } = await run(["keys", "list", "--json"]);
    const set_at = expect.stringMatching(/Z$/);
    expect(JSON.parse(stdout)).toEqual([
      { name: "default", set_at, devices: 0 },
      { name: "mother", set_at, devices: 0 },
    ]);
  });

  it("checks a device with the stage's key for it", async () => {
    collector.api.setKey(MOTHER, [id(1)]);
    expect((await run(["devices", "add", id(0)])).code).toBe(0);
    expect((await run(["devices", "add", id(1), "--key", "mother"])).code).toBe(0);
    const refused = await run(["devices", "add", "I-01012020-00000001", "--key", "mother"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^wrong id: /);
  });

  it("polls by invoking the function", async () => {
    const { code, stdout } = await run(["poll", id(0)]);
    expect(stdout).toMatch(/^1 polled, 0 failed, \d+ published/);
    expect(code).toBe(0);
    expect(aws.invocations).toEqual([{ device_ids: [id(0)] }]);
    await collector.drained();
    const latest = await run(["latest", id(0), "--json"]);
    expect(JSON.parse(latest.stdout)[0].measurements.length).toBeGreaterThan(5);
  });

  it("is managed on the page as by the command: keys in SSM, devices in the table, polls by the function", async () => {
    const child = startCli(["dashboard", "--json", "--stage", "local"], { env: aws.env });
    const end = ended(child);
    const { url } = JSON.parse(
      await new Promise<string>((resolve) => {
        let text = "";
        child.stdout?.on("data", (chunk) => {
          text += chunk;
          if (text.includes("}")) resolve(text);
        });
      }),
    );
    const { origin } = new URL(url);
    const entry = await fetch(url, { redirect: "manual" });
    const [cookie = ""] = (entry.headers.get("set-cookie") ?? "").split(";");
    const headers = { cookie, origin, "content-type": "application/json", [REQUEST_HEADER]: "1" };
    const post = async (path: string, body: object) =>
      (await fetch(`${origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
    try {
      const father = { name: "father", value: MOTHER, confirm: false };
      expect(await post("/api/keys", father)).toEqual({ devices: 1, restarts: false });
      expect(aws.parameters.get("/energylive/local/keys/father")).toEqual({
        value: MOTHER,
        type: "SecureString",
      });
      expect(await post("/api/account", { key: "father" })).toEqual({
        devices: [{ device_id: id(1), is_added: true }],
      });
      expect(await post(`/api/devices/${id(1)}/remove`, { confirm: id(1) })).toEqual({});
      const add = { key: "default", device_ids: [id(1)], confirm: 1 };
      expect(await post("/api/devices", add)).toEqual({ added: 1 });
      await expect.poll(() => aws.invocations.at(-1)).toEqual({ device_ids: [id(1)] });
      expect(await post("/api/keys/remove", { name: "father", confirm: "father" })).toEqual({});
      expect(aws.parameters.has("/energylive/local/keys/father")).toBe(false);
    } finally {
      child.kill("SIGTERM");
      const { stdout, stderr } = await end;
      written.push(stdout, stderr);
    }
  });

  it("lets each archiver archive until nothing is left", async () => {
    aws.invocations.length = 0;
    aws.archiving.push(
      { files: 200, rows: 5_000, isUnfinished: true },
      { files: 20, rows: 500, isUnfinished: false },
      { files: 10, rows: 5, isUnfinished: false },
    );
    const { code, stdout } = await run(["archive"]);
    expect(stdout).toBe("230 files with 5,505 rows written to s3://archive-of-the-stage.\n");
    expect(code).toBe(0);
    expect(aws.invocations).toEqual([{ archiver: 0 }, { archiver: 0 }, { archiver: 1 }]);
    aws.archiving.push({ files: 0, rows: 0, isUnfinished: true });
    const stuck = await run(["archive"]);
    expect(stuck.code).toBe(1);
    expect(stuck.stderr).toMatch(/has no time for a single file\n.*ENERGYLIVE_SHARDS/);
  });

  it("lets SQS redrive everything, to the named measurement queue", async () => {
    const { dlqUrl } = collector.stack.endpoints;
    const body = (index: number) => ({ body: JSON.stringify({ v: 2, index }) });
    await sendAll(
      collector,
      dlqUrl,
      Array.from({ length: 25 }, (_, index) => body(index)),
    );
    const { code, stdout } = await run(["dlq", "redrive"]);
    expect(stdout).toBe("25 messages moved to the measurement queue.\n");
    expect(code).toBe(0);
    expect(aws.moveTasks.started).toEqual([
      {
        SourceArn: expect.stringMatching(/:energylive-local-measurements-dlq$/),
        DestinationArn: expect.stringMatching(/:energylive-local-measurements$/),
      },
    ]);
    // The consumer knows none of them, and quarantines each with its reason.
    await collector.drained();
    await expect.poll(async () => (await collector.stack.queueDepth()).dlq, { timeout: 10_000 }).toBe(25);
  });

  it("cancels SQS's redrive on Ctrl-C", async () => {
    aws.moveTasks.batchesLeft = 1;
    const child = startCli(["dlq", "redrive", "--stage", "local"], { env: aws.env });
    const end = ended(child);
    await expect.poll(() => aws.moveTasks.batchesLeft, { timeout: 10_000 }).toBe(0);
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect(stderr).toMatch(/^stopped after 10 messages: the others are still in the dead-letter queue\n/);
    expect(code).toBe(1);
    aws.moveTasks.batchesLeft = Number.POSITIVE_INFINITY;
    await collector.drained();
    expect((await run(["dlq", "purge", "--yes"])).stdout).toBe("25 messages deleted.\n");
    expect((await run(["dlq", "redrive"])).stdout).toBe(
      "The dead-letter queue is empty: nothing was moved.\n",
    );
  });

  it("redrives a part message by message", async () => {
    const { dlqUrl } = collector.stack.endpoints;
    const started = aws.moveTasks.started.length;
    const body = (reason: string) => ({ body: "no json", attributes: { failure_reason: reason } });
    await sendAll(collector, dlqUrl, [body("invalid_json"), body("unknown_version")]);
    const { stdout } = await run(["dlq", "redrive", "--reason", "unknown_version", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ matched: 1, moved: 1, left: 0 });
    expect(aws.moveTasks.started).toHaveLength(started);
  });

  it("says that a stage is not deployed", async () => {
    const { code, stderr } = await cli(["devices", "list"], {
      env: { ...aws.env, ENERGYLIVE_STAGE: "nowhere" },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Is the stage deployed in this account and region\? npx sst deploy/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("shows no key (invariant 8)", () => {
    expect(written.length).toBeGreaterThan(15);
    for (const text of written) for (const key of [MOTHER, API_KEY]) expect(text).not.toContain(key);
  });
});
