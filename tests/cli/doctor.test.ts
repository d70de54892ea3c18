import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { checkClock } from "@energylive/cli/doctor/api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { API_KEY, type CliStack, sendAll, startCliStack } from "./cli.ts";

let stack: CliStack;
beforeAll(async () => {
  stack = await startCliStack(2);
});
afterAll(() => stack[Symbol.asyncDispose]());

interface Check {
  name: string;
  status: string;
  detail: string;
  advice?: string;
}

async function wrongs(): Promise<Check[]> {
  const { stdout } = await stack.run("doctor", "--json");
  return JSON.parse(stdout).checks.filter(({ status }: Check) => status === "wrong");
}

describe("doctor", () => {
  it("writes one line per check, and exits with 0 when all is well", async () => {
    for (const device_id of stack.collector.ids) await stack.collector.put({ device_id });
    await stack.collector.stack.poll({});
    await stack.collector.drained();
    const { code, stdout, stderr } = await stack.run("doctor");
    expect(stdout.split("\n").map((line) => line.slice(0, 28).replace(/ +/g, " ").trim())).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ok stack/),
        expect.stringMatching(/^ok measurements table/),
        expect.stringMatching(/^ok devices table/),
        expect.stringMatching(/^ok queues/),
        expect.stringMatching(/^ok queue depth/),
        expect.stringMatching(/^ok dead-letter queue/),
        expect.stringMatching(/^ok api/),
        expect.stringMatching(/^ok clock/),
        expect.stringMatching(/^ok key default/),
        expect.stringMatching(/^ok devices/),
        expect.stringMatching(/^ok last run/),
        expect.stringMatching(/^ok polls/),
        expect.stringMatching(/^ok data/),
      ]),
    );
    expect(stdout).toMatch(/Everything is in order with the embedded stack in .*account\.\n$/);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(await stack.json("doctor")).toMatchObject({ healthy: true });
  });

  it("says with --collecting only whether devices are polled", async () => {
    const { code, stdout } = await stack.run("doctor", "--collecting");
    expect(stdout).toMatch(/^ok {5}stack .*\nok {5}last run .* ago\n\nEverything is in order/);
    expect(code).toBe(0);
  });

  it("names everything that is wrong, with what to do, and exits with 1", async () => {
    const { api, put } = stack.collector;
    const { sqs, endpoints } = stack.collector.stack;
    const [first = "", second = ""] = stack.collector.ids;
    await put({ device_id: "I-10082023-01658401", colour: "red" });
    await put({ device_id: first, api_key: "nobody" });
    const longAgo = Date.now() - 7_200_000;
    await put({
      device_id: second,
      state: {
        last_polled_at: new Date().toISOString(),
        consecutive_failures: 3,
        watermarks: { "0100010700": longAgo },
        quarantined: [],
      },
    });
    await sendAll(stack.collector, endpoints.dlqUrl, [{ body: "x" }]);
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: endpoints.queueUrl,
        Attributes: { VisibilityTimeout: "30" },
      }),
    );
    api.revokeKey(API_KEY);
    const { code, stdout } = await stack.run("doctor");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /WRONG {2}queues +.*visibility timeout is 30, not 900\n +→ deploy the stage again/,
    );
    expect(stdout).toMatch(
      /WRONG {2}dead-letter queue +1 message could not be stored\n +→ energylive dlq list/,
    );
    expect(stdout).toMatch(/WRONG {2}key default +is refused by the API\n +→ make a new one/);
    expect(stdout).toMatch(/WRONG {2}key nobody +key "nobody" not found: .*\n +→ energylive keys set nobody/);
    expect(stdout).toMatch(/WRONG {2}devices +.*I-10082023-01658401 \(colour is not a field/);
    expect(stdout).toMatch(new RegExp(`WRONG {2}polls +failing: ${second}`));
    expect(stdout).toMatch(
      new RegExp(`WRONG {2}data +1 of 2 devices have sent nothing new for too long: ${second}`),
    );
    expect(stdout).toMatch(/7 things are wrong/);
    expect((await wrongs()).map(({ name }) => name)).toHaveLength(7);
  });

  it("says that the last poll was too long ago, or that there was none", async () => {
    const { put, ids } = stack.collector;
    const run = async () => (await wrongs()).find(({ name }) => name === "last run");
    const longAgo = new Date(Date.now() - 2 * 3_600_000).toISOString();
    for (const device_id of ids)
      await put({ device_id, state: { last_polled_at: longAgo, consecutive_failures: 0, quarantined: [] } });
    expect(await run()).toMatchObject({
      detail: "the fetcher polled 2 h ago",
      advice: expect.stringMatching(/is the schedule enabled\?/),
    });
    for (const device_id of ids) await put({ device_id });
    expect(await run()).toMatchObject({
      detail: "no device has been polled yet",
      advice: expect.stringMatching(/^energylive poll polls now/),
    });
  });

  it("compares the clock with the API's", () => {
    const at = Date.parse("2026-01-01T12:00:00Z");
    const check = (date: string | null) => checkClock(date, at, at + 500);
    expect(check("Thu, 01 Jan 2026 11:59:10 GMT")).toMatchObject({ status: "ok" });
    expect(check("Thu, 01 Jan 2026 11:50:00 GMT")).toMatchObject({
      status: "wrong",
      detail: "is 599 s away from the API's",
      advice: expect.stringMatching(/set this machine's clock/),
    });
    expect(check("Thu, 01 Jan 2026 12:10:00 GMT")).toMatchObject({ status: "wrong" });
    expect(check(null)).toMatchObject({ status: "note" });
  });

  it("says that the API does not answer", async () => {
    await stack.collector.api.close();
    expect(await wrongs()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "api", detail: expect.stringMatching(/does not answer/) }),
      ]),
    );
  });

  it("prints no key (invariant 8)", () => {
    for (const text of stack.written) expect(text).not.toContain(API_KEY);
  });
});
