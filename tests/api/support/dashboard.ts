import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "@energylive/api/account/account";
import { REQUEST_HEADER } from "@energylive/api/contract";
import type { PipelineSource } from "@energylive/api/pipeline/source";
import { type Dashboard, type DashboardOptions, startDashboard } from "@energylive/api/server";
import { openDashboard as openCommandDashboard } from "@energylive/cli/dashboard/open";
import type { Stage } from "@energylive/cli/stage/stage";
import { systemClock } from "@energylive/core/clock";
import { createLog, type Log } from "@energylive/core/log";

import type { Collector } from "../../e2e/collector.ts";

/** A dashboard over a collector, and a browser's part of talking to it. */
export interface TestDashboard extends AsyncDisposable {
  /** With the token. */
  url: string;
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** `name=value`, of a browser that was let in. */
  cookie: string;
  /** Every line that it logged. */
  logLines: string[];
  /** With the cookie. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** As the page posts. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The body of an answer that must be 200. */
  json<T>(path: string): Promise<T>;
}

const NOTHING_KNOWN: PipelineSource = {
  read: async () => ({ oldest_age_ms: null, runs: null, throughput: null, ingest_lag: null, unknown: [] }),
};

const none = async () => {
  throw new Error("this test has no account");
};
const NO_ACCOUNT: Account = { keys: none, api: none, ownApi: none, poll: none };

/** The dashboard over a collector's own parts. */
export function openDashboard(
  { stack }: Collector,
  options: Partial<DashboardOptions> = {},
): Promise<TestDashboard> {
  const { names, dynamodb, sqs, endpoints } = stack;
  return openWith((log, assets) =>
    startDashboard({
      folder: "test",
      stage: "local",
      kind: "embedded",
      isRunning: true,
      isSimulated: false,
      names,
      dynamodb,
      queues: async () => ({ sqs, queueUrl: endpoints.queueUrl, dlqUrl: endpoints.dlqUrl, waitSeconds: 0 }),
      pipeline: NOTHING_KNOWN,
      account: NO_ACCOUNT,
      tokens: async () => [],
      retentionDays: async () => 365,
      clock: systemClock,
      log,
      assets,
      port: 0,
      ...options,
    }),
  );
}

/** The dashboard of a stage, as the command serves it. */
export function openStageDashboard(stage: Stage): Promise<TestDashboard> {
  return openWith((log, assets) => openCommandDashboard(stage, { port: 0, log, assets }));
}

async function openWith(
  start: (log: Log, assets: () => Promise<string>) => Promise<Dashboard>,
): Promise<TestDashboard> {
  const assets = await mkdtemp(join(tmpdir(), "energylive-page-"));
  await writeFile(join(assets, "index.html"), "<!doctype html><title>the page</title>");
  const logLines: string[] = [];
  const log = createLog({ level: "debug", destination: { write: (line) => void logLines.push(line) } });
  const dashboard = await start(log, async () => assets);
  const { origin } = new URL(dashboard.url);
  const entry = await fetch(dashboard.url, { redirect: "manual" });
  const [cookie = ""] = (entry.headers.get("set-cookie") ?? "").split(";");
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${origin}${path}`, { headers: { cookie, ...headers }, redirect: "manual" });
  return {
    url: dashboard.url,
    origin,
    cookie,
    logLines,
    get,
    post: (path, body, headers = {}) =>
      fetch(`${origin}${path}`, {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/json", [REQUEST_HEADER]: "1", ...headers },
        body: JSON.stringify(body),
      }),
    async json(path) {
      const response = await get(path);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${text}`);
      return JSON.parse(text);
    },
    async [Symbol.asyncDispose]() {
      await dashboard.close();
      await rm(assets, { recursive: true, force: true });
    },
  };
}
