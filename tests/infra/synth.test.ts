import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, inject, it } from "vitest";

import { ROOT } from "../../tools/sst/platform.ts";
import { estimateCost } from "../../tools/synth/cost.ts";
import { stageVariables } from "../../tools/synth/variables.ts";
import { ended } from "../support/ended.ts";

const { production } = inject("graphs");

describe("npm run synth", () => {
  it("prints the graph as JSON, without credentials in the environment", async () => {
    const { code, stdout } = await synth(["--stage", "production", "--json"]);
    expect(code).toBe(0);
    const resources = JSON.parse(stdout);
    expect(resources.map(({ type, name }: { type: string; name: string }) => [type, name])).toEqual(
      production.resources.map(({ type, name }) => [type, name]),
    );
    expect(Object.keys(resources[0])).toEqual(["type", "name", "inputs"]);
  });

  it("prints the bill as JSON: of one device at most 0.30 US dollars a month after the free tier", async () => {
    const { code, stdout } = await synth(["--stage", "production", "--devices", "1", "--cost", "--json"]);
    expect(code).toBe(0);
    const { lines, ...bill } = JSON.parse(stdout);
    expect(Object.keys(lines[0])).toEqual(["service", "what", "quantity", "list_usd", "free_tier_usd"]);
    expect(bill).toEqual({
      devices: 1,
      interval_seconds: 300,
      list_usd: expect.closeTo(sum(lines, "list_usd"), 3),
      after_free_tier_usd: expect.closeTo(sum(lines, "free_tier_usd"), 3),
    });
    expect(bill.after_free_tier_usd).toBeLessThanOrEqual(0.3);
  });

  it("costs a cent for one device after the free tier, with 25 write units and without point-in-time recovery", async () => {
    const args = ["--stage", "production", "--devices", "1", "--cost", "--json"];
    const settings = { ENERGYLIVE_TABLE_CAPACITY: "25", ENERGYLIVE_POINT_IN_TIME_RECOVERY: "off" };
    const { stdout } = await synth(args, settings);
    expect(JSON.parse(stdout).after_free_tier_usd).toBeLessThanOrEqual(0.015);
  });

  it("costs at most 0.42 US dollars a device for 100,000 devices with provisioned capacity", async () => {
    const args = ["--stage", "production", "--devices", "100000", "--cost", "--json"];
    const settings = { ENERGYLIVE_TABLE_CAPACITY: "8050", ENERGYLIVE_SHARDS: "2" };
    const { stdout } = await synth(args, settings);
    expect(JSON.parse(stdout).list_usd / 100_000).toBeLessThanOrEqual(0.42);
  });

  it("leaves out all that CloudWatch charges for but logs, if monitoring is off: at most 1 US dollar at list price", async () => {
    const args = ["--stage", "test", "--devices", "1", "--cost", "--json"];
    const { code, stdout } = await synth(args, { ENERGYLIVE_MONITORING: "off" });
    expect(code).toBe(0);
    const { lines, list_usd } = JSON.parse(stdout);
    expect(list_usd).toBeLessThanOrEqual(1);
    const charged = lines.filter(
      ({ service, quantity }: { service: string; quantity: number }) =>
        service === "CloudWatch" && quantity > 0,
    );
    expect(charged.map(({ what }: { what: string }) => what)).toEqual(["GB of logs"]);
  });

  it("prints what a person wants to know before using an account", async () => {
    const { code, stdout } = await synth(["--stage", "demo", "--devices", "250"]);
    expect(code).toBe(0);
    for (const text of [
      "energylive, stage demo, eu-central-1",
      "EnergyLiveData-demo",
      "deleted with the stage",
      "energylive-demo-measurements-dlq",
      "dynamodb:BatchWriteItem on table/EnergyLiveData-demo",
      "rate(5 minutes)",
      "energylive-demo-FetcherNotSucceeding",
      "for 250 devices",
      "with ENERGYLIVE_RETENTION_DAYS=90",
      "Prices of eu-central-1 on 2026-",
    ]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).not.toMatch(/undefined|NaN|\[object/);
  });

  it("names a typo in a setting, in one line", async () => {
    const { code, stdout, stderr } = await synth(["--stage", "production"], { ENERGYLIVE_SHARDS: "two" });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^ENERGYLIVE_SHARDS is not a whole number from 1 to 100 [^\n]+\n$/);
  });

  it("shows its usage", async () => {
    for (const args of [[], ["--stage"], ["--stage", "x", "--devices", "many"], ["--stag", "x"]]) {
      expect(await synth(args)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^usage: npm run synth [^\n]+\n$/),
      });
    }
  });
});

describe("the variables of a stage", () => {
  it("come from .env.<stage> before the shell, and from the shell before .env, as with sst", async () => {
    const folder = await mkdtemp(join(tmpdir(), "energylive-env-"));
    await writeFile(join(folder, ".env"), "A=dotenv\nB=dotenv\nC=dotenv\n");
    await writeFile(join(folder, ".env.test"), "C=stage\n");
    const shell = { B: "shell", C: "shell", D: "shell" };
    expect(await stageVariables(folder, "test", shell)).toEqual({
      A: "dotenv",
      B: "shell",
      C: "stage",
      D: "shell",
    });
    expect(await stageVariables(folder, "other", {})).toEqual({ A: "dotenv", B: "dotenv", C: "dotenv" });
    await rm(folder, { recursive: true });
  });
});

describe("the cost estimate", () => {
  const deployment = {
    intervalSeconds: 300,
    shards: 1,
    pollConcurrency: 25,
    fetcherMemoryMb: 512,
    consumerMemoryMb: 256,
    profilerMemoryMb: 256,
    pricesMemoryMb: 256,
    reporterMemoryMb: 512,
    archiverMemoryMb: 1024,
    batchSize: 500,
    metrics: 8,
    alarmMetrics: 10,
    dashboards: 1,
    isRecoverable: true,
    provisioned: undefined,
    isInfrequentAccess: false,
    retentionDays: 365,
  };
  const total = (devices: number) =>
    estimateCost({ devices, measurementsPerPoll: 11 }, deployment).reduce(
      (sum, line) => ({ list: sum.list + line.list, paid: sum.paid + line.afterFreeTier }),
      { list: 0, paid: 0 },
    );

  it("grows with the devices, and is never above the list price", () => {
    const totals = [0, 1, 10, 100, 1000].map(total);
    expect(totals.map(({ list }) => list)).toEqual(totals.map(({ list }) => list).toSorted((a, b) => a - b));
    for (const { list, paid } of totals) expect(paid).toBeLessThanOrEqual(list);
  });

  it("counts two write units for a measurement: the table's and the index's", () => {
    const writes = estimateCost({ devices: 100, measurementsPerPoll: 10 }, deployment).find(
      ({ what }) => what === "write units",
    );
    const polls = 100 * ((30.4 * 86_400) / 300);
    expect(writes?.list).toBeCloseTo((polls * 10 * 2 + polls) * 0.7625e-6);
  });
});

function sum(lines: Record<string, number>[], name: string): number {
  return lines.reduce((total, line) => total + (line[name] ?? Number.NaN), 0);
}

function synth(args: string[], variables: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(ROOT, "tools/synth.ts"), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child);
}
