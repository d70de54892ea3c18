import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { openStage } from "@energylive/cli/stage/open";
import { createOutput } from "@energylive/cli/terminal/output";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import { DeviceState } from "@energylive/core/device/state";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Ended, ended } from "../support/ended.ts";
import { cli } from "./cli.ts";

const MAIN = new URL("../../packages/cli/bin/energylive.js", import.meta.url).pathname;
const NOTE =
  /^No stack is running here: this is what is stored in \.energylive\/simulated \(npm start runs it\)\.\n$/;

/** A clone's folder: commands find its `.energylive` here and in every folder below. */
let cwd: string;
let state: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "energylive-clone-"));
  state = join(cwd, "state");
  const { code } = await ended(npmStart("--once", "--fresh"));
  expect(code).toBe(0);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

function npmStart(...flags: string[]): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [MAIN, "start", ...flags], {
    cwd,
    env: { PATH, HOME, XDG_STATE_HOME: state },
    stdio: "pipe",
  });
}

const run = (...args: string[]): Promise<Ended> => cli(args, { cwd });

describe("after npm start -- --once, with no stack running,", () => {
  it("answers devices list, query, latest and doctor from what was stored, and says that no stack is running", async () => {
    const list = await run("devices", "list");
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/Household 1 +ok/);
    expect(list.stdout).toMatch(/5 devices: 5 ok/);
    const query = await run("query", "--type", "power");
    expect(query.stdout.trim().split("\n")).toHaveLength(6);
    const latest = await run("latest");
    expect(latest.stdout.match(/^Household \d {2}I-/gm)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `Household ${number}  I-`),
    );
    const doctor = await run("doctor");
    expect(doctor.stdout).toMatch(
      /note {3}stack +the embedded stack in \.energylive\/simulated is not running/,
    );
    expect(doctor.stdout).toMatch(/Everything is in order/);
    expect(doctor.code).toBe(0);
    const collecting = await run("doctor", "--collecting");
    expect(collecting.stdout).toMatch(/WRONG {2}last run +nothing is polled\n +→ npm start/);
    expect(collecting.code).toBe(1);
    for (const { stderr } of [list, query, latest, doctor]) expect(stderr).toMatch(NOTE);
  });

  it("works from a folder below, and with --data", async () => {
    const below = join(cwd, "a", "b");
    await mkdir(below, { recursive: true });
    for (const args of [
      ["devices", "list"],
      ["devices", "list", "--data", join(cwd, ".energylive", "simulated")],
    ]) {
      const { code, stdout } = await cli(args, { cwd: below });
      expect(code).toBe(0);
      expect(stdout).toMatch(/5 devices/);
    }
  });

  it("uses the named folder, whatever stage ENERGYLIVE_STAGE names", async () => {
    const { code, stdout } = await cli(["devices", "list", "--data", ".energylive"], {
      cwd,
      env: { ENERGYLIVE_STAGE: "production" },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/5 devices/);
  });

  it("queues what is polled or redriven, and says that it waits", async () => {
    const poll = await run("poll");
    expect(poll.code).toBe(0);
    expect(poll.stdout).toMatch(/5 polled, 0 failed, [1-9]\d* published/);
    expect(poll.stdout).toMatch(/waits in the queue until the stack runs again \(npm start\)/);
    expect((await run("doctor")).stdout).toMatch(/note {3}queue depth +[1-9]\d* measurements are waiting/);
  });

  it("shows the latest stored values while newer ones wait in the queue", async () => {
    const stored = JSON.parse((await run("query", "--type", "power", "--json")).stdout);
    expect(stored).toHaveLength(5);
    const latest: { device_id: string; measurements: { measurement_type: string }[] }[] = JSON.parse(
      (await run("latest", "--json")).stdout,
    );
    const power = latest.map(({ measurements }) =>
      measurements.find(({ measurement_type }) => measurement_type === "0100010700"),
    );
    expect(power).toEqual(expect.arrayContaining(stored));
  });

  it("accepts the age of what was collected before the stop", async () => {
    const quiet = { ...createOutput({ json: false }), note() {} };
    const stage = await openStage({ data: join(cwd, ".energylive") }, quiet);
    const dynamodb = await stage.dynamodb();
    const registry = createDeviceRegistry({ dynamodb, table: stage.names.devicesTable });
    const yesterday = Date.now() - 86_400_000;
    for await (const { config, device } of registry.all()) {
      if (device === undefined) continue;
      const state = {
        ...device.state,
        last_polled_at: new Date(yesterday).toISOString(),
        watermarks: { "0100010700": yesterday - 60_000 },
      };
      const item = { ...marshall(config), state: DeviceState.write(state) };
      await dynamodb.send(new PutItemCommand({ TableName: stage.names.devicesTable, Item: item }));
    }
    await stage.close();
    const { code, stdout } = await run("doctor");
    expect(stdout).toMatch(/ok {5}last run +the fetcher polled 24 h ago/);
    expect(stdout).toMatch(/ok {5}data +fresh/);
    expect(code).toBe(0);
  });

  it("refuses to tail, and says why", async () => {
    const { code, stderr } = await run("tail");
    expect(code).toBe(1);
    expect(stderr).toMatch(/nothing is stored while no stack is running: start it with npm start/);
  });

  it("lets several commands work at the same time", async () => {
    const both = await Promise.all([
      run("devices", "list", "--json"),
      run("query", "--type", "power", "--json"),
    ]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
  });
});

describe("while npm start runs", () => {
  it("lets commands talk to the running stack, and finds all of it again after a stop", async () => {
    const before = JSON.parse((await run("query", "--type", "power", "--json")).stdout);
    const stack = npmStart("--interval", "3600");
    const stopped = ended(stack);
    const elsewhere = (...args: string[]) =>
      cli(args, { cwd: join(cwd, ".."), env: { XDG_STATE_HOME: state } });
    try {
      // Not by asking: a command that finds no running stack locks the folder, and the stack could not start.
      await new Promise<void>((resolve) => {
        stack.stderr?.on("data", (chunk) => String(chunk).includes("fetcher_finished") && resolve());
      });
      expect((await run("doctor")).stdout).toMatch(/ok {5}stack +.* is running/);
      const list = await run("devices", "list");
      expect(list).toMatchObject({ code: 0, stderr: "" });
      expect(list.stdout).toMatch(/5 devices: 5 ok/);
      // Someone who is in another folder is told where it runs.
      const lost = await elsewhere("devices", "list");
      expect(lost.code).toBe(1);
      expect(lost.stderr.replace(/\s+/g, " ")).toContain(`name it with --data ${basename(cwd)}/.energylive`);
      // What was queued while no stack ran is stored by now or soon.
      await expect
        .poll(async () => (await run("doctor")).stdout, { timeout: 20_000, interval: 200 })
        .toMatch(/ok {5}queue depth +0 measurements are waiting/);
      await run(
        "devices",
        "set",
        "--json",
        JSON.parse((await run("devices", "list", "--json")).stdout)[0].device_id,
        "name=Changed",
      );
    } finally {
      stack.kill("SIGTERM");
      await stopped;
    }
    const after = await run("query", "--type", "power", "--json");
    expect(JSON.parse(after.stderr)).toEqual({ note: expect.stringMatching(/^No stack is running here: /) });
    expect(JSON.parse(after.stdout).length).toBeGreaterThan(before.length);
    expect((await run("devices", "list")).stdout).toMatch(/Changed +ok/);
  });
});
