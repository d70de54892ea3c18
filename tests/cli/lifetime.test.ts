import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { cli, type Ended, ended } from "./cli.ts";

const MAIN = new URL("../../packages/dashboard/src/start.ts", import.meta.url).pathname;
const NOTE =
  /^No stack is running: this is what is stored in \.energylive\/simulated \(npm start runs it\)\.\n$/;

/** A clone's folder: commands find its `.energylive` here and in every folder below. */
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "energylive-clone-"));
  const { code } = await ended(npmStart("--once", "--fresh"));
  expect(code).toBe(0);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

function npmStart(...flags: string[]): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  return spawn(process.execPath, [MAIN, ...flags], { cwd, env: { PATH, HOME }, stdio: "pipe" });
}

const run = (...args: string[]): Promise<Ended> => cli(args, { cwd });

describe("after npm start -- --once, with no stack running,", () => {
  it("devices list, query, latest and doctor answer from what was stored, and say that none is running", async () => {
    const list = await run("devices", "list");
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/Household 1 +ok/);
    expect(list.stdout).toMatch(/5 devices: 5 ok/);
    const query = await run("query", "--type", "power");
    expect(query.stdout.trim().split("\n")).toHaveLength(6);
    const latest = await run("latest", "--json");
    expect(JSON.parse(latest.stdout)).toHaveLength(5);
    const doctor = await run("doctor");
    expect(doctor.stdout).toMatch(
      /note {3}stack +the embedded stack in \.energylive\/simulated is not running/,
    );
    expect(doctor.stdout).toMatch(/Everything is in order/);
    expect(doctor.code).toBe(0);
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

  it("queues what is polled or redriven, and says that it waits", async () => {
    const poll = await run("poll");
    expect(poll.code).toBe(0);
    expect(poll.stdout).toMatch(/5 polled, 0 failed, [1-9]\d* published/);
    expect(poll.stdout).toMatch(/waits in the queue until the stack runs again \(npm start\)/);
    expect((await run("doctor")).stdout).toMatch(/note {3}queue depth +[1-9]\d* measurements wait/);
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
  it("commands talk to the running stack, and find all of it again after it has been stopped", async () => {
    const before = JSON.parse((await run("query", "--type", "power", "--json")).stdout);
    const stack = npmStart("--interval", "3600");
    const stopped = ended(stack);
    try {
      // Not by asking: a command that finds no running stack takes the folder for itself, and the stack could not start.
      await new Promise<void>((resolve) => {
        stack.stderr?.on("data", (chunk) => String(chunk).includes("fetcher_finished") && resolve());
      });
      expect((await run("doctor")).stdout).toMatch(/ok {5}stack +.* is running/);
      const list = await run("devices", "list");
      expect(list).toMatchObject({ code: 0, stderr: "" });
      expect(list.stdout).toMatch(/5 devices: 5 ok/);
      // What was queued while no stack ran is stored by now or soon.
      await expect
        .poll(async () => (await run("doctor")).stdout, { timeout: 20_000, interval: 200 })
        .toMatch(/ok {5}queue depth +0 measurements wait/);
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
    expect(after.stderr).toMatch(NOTE);
    expect(JSON.parse(after.stdout).length).toBeGreaterThan(before.length);
    expect((await run("devices", "list")).stdout).toMatch(/Changed +ok/);
  });
});
