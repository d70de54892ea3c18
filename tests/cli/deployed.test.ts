import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type Collector, startCollector } from "../e2e/collector.ts";
import { plantedKey } from "../faults/security/planted.ts";
import { type StandInAws, startStandInAws } from "./aws.ts";
import { cli, type Ended, sendAll } from "./cli.ts";

const MOTHER = plantedKey("mother");

let collector: Collector;
let aws: StandInAws;
const written: string[] = [];

/** The stage that has the names of the embedded stack. */
async function run(args: readonly string[], stdin = ""): Promise<Ended> {
  const result = await cli([...args, "--stage", "local"], { env: aws.env, stdin });
  written.push(result.stdout, result.stderr);
  return result;
}

beforeAll(async () => {
  collector = await startCollector({ devices: 2 });
  aws = await startStandInAws(collector, API_KEY);
});
afterAll(async () => {
  await aws.close();
  await collector[Symbol.asyncDispose]();
});

const id = (index: number) => collector.ids[index] ?? "";

describe("a deployed stage", () => {
  it("keeps named keys as SSM SecureString parameters", async () => {
    expect((await run(["keys", "set", "mother"], MOTHER)).code).toBe(0);
    expect([...aws.parameters]).toEqual([
      ["/energylive/local/keys/mother", { value: MOTHER, type: "SecureString" }],
    ]);
    const { stdout } = await run(["keys", "list", "--json"]);
    expect(JSON.parse(stdout)).toEqual([{ name: "mother", set_at: expect.stringMatching(/Z$/), devices: 0 }]);
    const fallback = await run(["keys", "set", "default"], MOTHER);
    expect(fallback.code).toBe(2);
    expect(fallback.stderr).toMatch(/npx sst secret set EnergyLiveApiKey --stage local/);
  });

  it("verifies a device with the key that the stage has for it", async () => {
    collector.api.setKey(MOTHER, [id(1)]);
    expect((await run(["devices", "add", id(0)])).code).toBe(0);
    expect((await run(["devices", "add", id(1), "--key", "mother"])).code).toBe(0);
    const refused = await run(["devices", "add", "I-01012020-00000001", "--key", "mother"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/\(wrong id\)/);
  });

  it("is polled by invoking its function", async () => {
    const { code, stdout } = await run(["poll", id(0)]);
    expect(stdout).toMatch(/^1 polled, 0 failed, \d+ published/);
    expect(code).toBe(0);
    expect(aws.invocations).toEqual([{ device_ids: [id(0)] }]);
    await collector.drained();
    const latest = await run(["latest", id(0), "--json"]);
    expect(JSON.parse(latest.stdout)[0].measurements.length).toBeGreaterThan(5);
  });

  it("is examined: credentials, region and functions too", async () => {
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
      api: "ok",
      "key default": "ok",
      "key mother": "ok",
    });
  });

  it("is redriven by SQS itself where everything goes, into the measurement queue by name", async () => {
    const { code, stdout } = await run(["dlq", "redrive"]);
    expect(stdout).toBe("7 messages moved into the measurement queue.\n");
    expect(code).toBe(0);
    expect(aws.moves).toEqual([
      {
        SourceArn: expect.stringMatching(/:energylive-local-measurements-dlq$/),
        DestinationArn: expect.stringMatching(/:energylive-local-measurements$/),
      },
    ]);
  });

  it("is redriven message by message where a part goes", async () => {
    const { dlqUrl } = collector.stack.endpoints;
    const body = (reason: string) => ({ body: "no json", attributes: { failure_reason: reason } });
    await sendAll(collector, dlqUrl, [body("invalid_json"), body("unknown_version")]);
    const { stdout } = await run(["dlq", "redrive", "--reason", "unknown_version", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ matched: 1, moved: 1, left: 0 });
    expect(aws.moves).toHaveLength(1);
  });

  it("that is not there is said to be not there", async () => {
    const { code, stderr } = await cli(["devices", "list"], {
      env: { ...aws.env, ENERGYLIVE_STAGE: "nowhere" },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/is the stage deployed in this account and region\? npx sst deploy/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("gives no key away (invariant 8)", () => {
    expect(written.length).toBeGreaterThan(15);
    for (const text of written) for (const key of [MOTHER, API_KEY]) expect(text).not.toContain(key);
  });
});
