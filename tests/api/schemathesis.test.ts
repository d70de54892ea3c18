import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { newAccessToken } from "@energylive/core/access/token";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";

/** A program that makes requests from the description, sensible and senseless ones, and holds the answers against it. */
const COMMAND = process.env.SCHEMATHESIS ?? "schemathesis";
const HOW_TO_GET_IT =
  "schemathesis is missing, so nothing holds the API's answers against its description: pip install schemathesis, or name it with SCHEMATHESIS";

const execute = promisify(execFile);
const isThere = await execute(COMMAND, ["--version"]).then(
  () => true,
  () => false,
);
if (!isThere) process.stderr.write(`${HOW_TO_GET_IT}\n`);

const REQUESTS_PER_OPERATION = 25;

let collector: Collector;
let dashboard: TestDashboard;
/** It keeps what it found where it runs. */
let folder = "";
const { token, record } = newAccessToken("control", Date.now());

describe.skipIf(!isThere)("the description of the API for programs", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "energylive-schemathesis-"));
    collector = await startCollector({ devices: 2 });
    // The first one is the example of the description.
    for (const device_id of ["I-10082023-01658401", ...collector.ids]) await collector.put({ device_id });
    await collector.stack.poll({});
    await collector.drained();
    dashboard = await openDashboard(collector, { tokens: async () => [{ name: "tester", token: record }] });
  });
  afterAll(async () => {
    await dashboard[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it("is what the server answers, whatever it is asked", async () => {
    const args = [
      "run",
      `${dashboard.origin}/api/v1/openapi.json`,
      "--header",
      `Authorization: Bearer ${token}`,
      "--phases",
      "examples,coverage,fuzzing",
      "--max-examples",
      String(REQUESTS_PER_OPERATION),
      "--seed",
      "21",
      // To poll, a test needs an account; the other checks are of what the server must refuse.
      "--exclude-path-regex",
      "/poll$",
      "--checks",
      "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance",
      "--no-color",
    ];
    const { stdout } = await execute(COMMAND, args, { cwd: folder }).catch((error) => {
      throw new Error(`${error.stdout}${error.stderr}`);
    });
    expect(stdout).toMatch(/\b(\d+) generated, \1 passed\n/);
  }, 120_000);
});
