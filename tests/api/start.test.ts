import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { DevicePage, LiveEvent, PipelineStatus, Session } from "@energylive/api/contract";
import { DEFAULT_DASHBOARD_PORT } from "@energylive/cli/dashboard/open";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { startCollector } from "../e2e/collector.ts";
import { freePort } from "../support/server.ts";
import { startStandInCloudWatch } from "./support/cloudwatch.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)\/\?token=([\w-]{43})/;

interface Started {
  child: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  ended: Promise<number | null>;
}

function start(script: string, args: readonly string[], env: Record<string, string> = {}): Started {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd: folder,
    env: { PATH, HOME, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.on("data", (chunk) => {
      texts[name] += chunk;
    });
  return {
    child,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    ended: new Promise((resolve) => child.on("close", resolve)),
  };
}

const npmStart = (...args: string[]) =>
  start("packages/cli/bin/energylive.js", ["start", "--data", "data", ...args]);
const energylive = (args: readonly string[], env?: Record<string, string>) =>
  start("packages/cli/bin/energylive.js", ["dashboard", ...args], env);

/** Opens the address that a process has printed, as a browser does. */
async function visit(started: Started): Promise<{
  get: <T>(path: string) => Promise<T>;
  events: () => AsyncGenerator<LiveEvent>;
  port: number;
  token: string;
}> {
  const [url = "", port = "", token = ""] = await vi.waitFor(
    () => {
      const found = ADDRESS.exec(started.stdout());
      if (found === null) throw new Error(`no address yet: ${started.stdout()}${started.stderr()}`);
      return found;
    },
    { timeout: 20_000, interval: 50 },
  );
  const entry = await fetch(url, { redirect: "manual" });
  const [cookie = ""] = (entry.headers.get("set-cookie") ?? "").split(";");
  return {
    port: Number(port),
    token,
    async *events() {
      const { body } = await fetch(new URL("/api/events", url), { headers: { cookie } });
      if (body === null) throw new Error("no event stream");
      let text = "";
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk;
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        for (const line of lines)
          if (line.startsWith("data: ")) yield JSON.parse(line.slice("data: ".length));
      }
    },
    async get(path) {
      const response = await fetch(new URL(path, url), { headers: { cookie } });
      expect([path, response.status]).toEqual([path, 200]);
      return JSON.parse(await response.text());
    },
  };
}

let folder: string;
/** So that the default port is taken, by this or by another test. */
const other = createServer();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "energylive-"));
  await new Promise<void>((resolve) => {
    other.on("error", () => resolve());
    other.listen(DEFAULT_DASHBOARD_PORT, "127.0.0.1", () => resolve());
  });
});
afterAll(async () => {
  other.close();
  await rm(folder, { recursive: true, force: true });
});

describe("npm start", () => {
  it("moves within ten seconds, whenever someone looks", async () => {
    const stack = start("packages/cli/bin/energylive.js", ["start", "--data", "moving"]);
    const page = await visit(stack);
    const seenAt: number[] = [];
    for await (const event of page.events()) {
      if (event.kind !== "stored" || !event.latest.some(({ unit }) => unit === "W")) continue;
      // One run's measurements can come in more than one event.
      if (Date.now() - (seenAt.at(-1) ?? 0) > 1_000) seenAt.push(Date.now());
      if (seenAt.length === 3) break;
    }
    const waits = seenAt.slice(1).map((at, index) => at - (seenAt[index] ?? at));
    expect(Math.max(...waits)).toBeLessThan(10_000);
    stack.child.kill("SIGTERM");
    expect(await stack.ended).toBe(0);
  });

  it("serves the dashboard with the stack, and the command does so while it runs and after", async () => {
    const stack = npmStart("--interval", "3600");
    const page = await visit(stack);
    expect(page.port).not.toBe(DEFAULT_DASHBOARD_PORT);
    expect(stack.stdout()).toMatch(/^The dashboard: http\S+\n$/);
    expect(await page.get<Session>("/api/session")).toMatchObject({
      kind: "embedded",
      stage: "local",
      folder: "data/simulated",
    });
    await vi.waitFor(
      async () => {
        const { runs } = await page.get<PipelineStatus>("/api/pipeline");
        expect(runs).toMatchObject([{ polled: 5, failed: 0 }]);
        expect(await page.get<DevicePage>("/api/devices")).toMatchObject({ total: 5, counts: { ok: 5 } });
      },
      { timeout: 20_000, interval: 100 },
    );

    // The address is printed again, and the log does not have it.
    const again = energylive(["--data", "data", "--json"]);
    expect(await again.ended).toBe(0);
    expect(stack.stdout()).toContain(JSON.parse(again.stdout()).url);
    const beside = energylive(["--data", "data", "--port", String(await freePort())]);
    const second = await visit(beside);
    expect(await second.get<DevicePage>("/api/devices")).toMatchObject({ total: 5 });
    beside.child.kill("SIGINT");
    expect(await beside.ended).toBe(0);

    stack.child.kill("SIGTERM");
    expect(await stack.ended).toBe(0);
    // The log of a process without a terminal.
    expect(stack.stderr()).toContain("fetcher_finished");
    expect(stack.stderr()).not.toContain(page.token);
    expect(stack.stdout().split(page.token)).toHaveLength(2);

    const after = energylive(["--data", "data", "--json"]);
    const third = await visit(after);
    expect(after.stderr()).toMatch(/Port 8321 is taken/);
    // A bookmark of the address works after a restart, and only the owner can read what makes it work.
    expect(third.token).toBe(page.token);
    expect((await stat(join(folder, "data", "dashboard-token"))).mode & 0o777).toBe(0o600);
    const { runs, unknown } = await third.get<PipelineStatus>("/api/pipeline");
    expect(runs).toMatchObject([{ polled: 5 }]);
    expect(unknown).toEqual([{ code: "not_running" }]);
    after.child.kill("SIGTERM");
    expect(await after.ended).toBe(0);
    expect(JSON.parse(after.stdout())).toEqual({ url: expect.stringMatching(ADDRESS) });
  });

  it("starts without the dashboard when told to, and fails when the given port is taken", async () => {
    const without = npmStart("--no-dashboard", "--interval", "3600");
    const taken = npmStart("--port", String(DEFAULT_DASHBOARD_PORT), "--data", "other");
    await vi.waitFor(() => expect(without.stderr()).toContain("fetcher_finished"), { timeout: 20_000 });
    without.child.kill("SIGTERM");
    expect(await without.ended).toBe(0);
    expect(without.stdout()).not.toMatch(/dashboard|token/);
    expect(await taken.ended).toBe(1);
    expect(taken.stderr()).toMatch(/port 8321 is in use: choose another with --port\n/);
  });
});

describe("energylive dashboard --stage", () => {
  it("serves a deployed stage with the person's credentials", async () => {
    await using collector = await startCollector();
    await using cloudwatch = await startStandInCloudWatch();
    cloudwatch.denied.add("FilterLogEvents");
    await collector.put({ device_id: collector.ids[0], name: "House" });
    const stage = energylive(["--stage", "local"], {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_ENDPOINT_URL: cloudwatch.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: collector.stack.endpoints.dynamodb,
      AWS_ENDPOINT_URL_SQS: collector.stack.endpoints.sqs,
    });
    const page = await visit(stage);
    expect(await page.get<Session>("/api/session")).toMatchObject({
      kind: "deployed",
      stage: "local",
      folder: null,
    });
    expect(await page.get<DevicePage>("/api/devices")).toMatchObject({
      devices: [{ name: "House", health: "new" }],
    });
    const status = await page.get<PipelineStatus>("/api/pipeline");
    expect(status).toMatchObject({ queue: { waiting: 0 }, runs: null, throughput: [] });
    expect(status.unknown).toEqual([
      { code: "runs", failure: { code: "access_denied", said: expect.stringContaining("FilterLogEvents") } },
    ]);
    stage.child.kill("SIGINT");
    expect(await stage.ended).toBe(0);
  });

  it("ends with what to do when the stage does not exist", async () => {
    await using collector = await startCollector();
    const nowhere = energylive(["--stage", "nowhere"], {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_ENDPOINT_URL: collector.stack.endpoints.dynamodb,
    });
    expect(await nowhere.ended).toBe(1);
    expect(nowhere.stderr()).toMatch(/Is the stage deployed in this account and region\?/);
    expect(nowhere.stdout()).toBe("");
  });
});
