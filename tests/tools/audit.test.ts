import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, expect, it } from "vitest";

import { listenOnLoopback } from "../../tools/sst/listen.ts";

interface Ended {
  code: number | null;
  output: string;
}

/** npm keeps what it has worked out of an advisory: not where others would find it. */
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "energylive-npm-"));
});
afterAll(() => rm(cache, { recursive: true, force: true }));

function audit(registry: string, variables: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ["tools/audit.ts"], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, npm_config_registry: registry, npm_config_cache: cache, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}

/** A registry that knows these advisories, by package, and answers nothing else. */
async function withRegistry(
  advisories: Record<string, object>,
  use: (url: string, asked: () => string[]) => Promise<void>,
): Promise<void> {
  let asked: string[] = [];
  const answer: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method !== "POST") return void response.writeHead(404).end();
    const body = Buffer.concat(chunks);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    asked = Object.keys(JSON.parse(text.toString()));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(advisories));
  };
  const server = createServer(answer);
  const url = await listenOnLoopback(server);
  try {
    await use(url, () => asked);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const advisory = (id: number, severity: string) => ({
  id,
  url: "https://example.org/advisory",
  title: "Something dire",
  severity,
  vulnerable_versions: "*",
  cwe: [],
  cvss: { score: 9, vectorString: null },
});

it("a vulnerability in production fails the check, and is named with what to do", async () => {
  await withRegistry({ zod: [advisory(1, "high")] }, async (url, asked) => {
    const { code, output } = await audit(url);
    expect(output).toMatch(/^zod is vulnerable \(high\): Something dire\. Next: /m);
    expect(code).toBe(1);
    expect(asked()).toContain("zod");
    // A dev tool's advisories are not even asked for.
    expect(asked()).not.toContain("vitest");
  });
});

it("a moderate one does not", async () => {
  await withRegistry({ zod: [advisory(2, "moderate")] }, async (url) => {
    expect(await audit(url)).toEqual({
      code: 0,
      output: "no known vulnerability, high or critical, in production\n",
    });
  });
});

it.each([
  ["cannot be reached", "http://127.0.0.1:9", {}],
  ["is not to be asked", "http://127.0.0.1:9", { npm_config_offline: "true" }],
])("a registry that %s is said, and fails nothing", async (_, registry, variables) => {
  const { code, output } = await audit(registry, variables);
  expect(output).toMatch(/^not audited, the registry could not be asked: /);
  expect(code).toBe(0);
});
