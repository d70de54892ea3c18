import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, expect, it } from "vitest";

import { describeEmbedded } from "../support/services.ts";
import { reasons, startCollector } from "./collector.ts";

const ROOT = new URL("../..", import.meta.url);

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "energylive-"));
  folders.push(folder);
  return folder;
}

describeEmbedded("what was accepted survives the end of the process (invariant 1)", () => {
  it("stores measurements at the next start that were still queued", async () => {
    const folder = await newFolder();
    const first = await startCollector({ folder, devices: 5 });
    await Promise.all(first.ids.map((device_id) => first.put({ device_id })));
    const { published } = await first.stack.poll({});
    await first[Symbol.asyncDispose]();

    await using second = await startCollector({ folder, devices: 5 });
    await second.drained();
    const stored = await Promise.all(second.ids.map((id) => second.items(id)));
    expect(stored.flat()).toHaveLength(published);
  });

  it("keeps the messages of the dead-letter queue with their reasons", async () => {
    const folder = await newFolder();
    const first = await startCollector({ folder });
    const { queueUrl } = first.stack.endpoints;
    await first.stack.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "poison" }));
    await first.drained();
    await first[Symbol.asyncDispose]();

    await using second = await startCollector({ folder });
    expect(reasons(await second.dlq())).toEqual(["invalid_json"]);
  });
});

describeEmbedded("a process that is killed at any moment", () => {
  it.each([0, 150, 900])(
    "leaves nothing wrong or doubled when killed %i ms after its first poll",
    async (afterMs) => {
      const folder = await newFolder();
      const child = start(["--data", folder, "--devices", "20", "--interval", "1"]);
      let log = "";
      child.stderr?.on("data", (chunk) => {
        log += chunk;
      });
      await logged(child, "fetcher_finished");
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill("SIGKILL");
      await once(child, "close");
      const published = sumOf(log, "fetcher_finished", "published");
      const storedBefore = sumOf(log, "consumer_finished", "stored");
      expect(published).toBeGreaterThan(0);

      const again = start(["--data", folder, "--devices", "20", "--once", "--json"]);
      let output = "";
      again.stdout?.on("data", (chunk) => {
        output += chunk;
      });
      const [code] = await once(again, "exit");
      expect(code).toBe(0);
      const report = JSON.parse(output);
      expect(report).toMatchObject({ polled: 20, failed: 0, quarantined: 0 });
      // Nothing that the killed process published is lost: it was stored then, or it is now.
      expect(report.stored).toBeGreaterThanOrEqual(published - storedBefore + report.published);
      const items = report.devices.flatMap(({ measurements }: { measurements: unknown[] }) => measurements);
      expect(items.length).toBeGreaterThanOrEqual(published + report.published);
      for (const { device_id, measurements } of report.devices) {
        for (const item of measurements) {
          expect(item.device_id).toBe(device_id);
          expect(item.measurement_key).toBe(`${item.timestamp}#${item.measurement_type}`);
          expect(item.iso_timestamp).toBe(new Date(item.timestamp).toISOString());
          expect(item.value).toEqual(expect.any(Number));
        }
        const registers = measurements.filter(
          ({ measurement_type }: { measurement_type: string }) => measurement_type === "0100010800",
        );
        const values = registers.map(({ value }: { value: number }) => value);
        expect(values).toEqual([...values].sort((a: number, b: number) => a - b));
      }
    },
  );
});

describeEmbedded("npm start", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "finishes what is in flight on %s, and exits with 0",
    async (signal) => {
      const folder = await newFolder();
      const { ENERGYLIVE_API_KEY: _, ...env } = process.env;
      const npm = spawn("npm", ["start", "--", "--data", folder, "--interval", "1"], {
        cwd: ROOT,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      await logged(npm, "fetcher_finished");
      npm.kill(signal);
      const [code] = await once(npm, "close");
      expect(code).toBe(0);
    },
  );
});

describeEmbedded("the embedded stack", () => {
  it("warns of nothing while it has nothing to do", async () => {
    await using collector = await startCollector();
    // Longer than a long poll, and than the request timeout of the handlers' clients.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(collector.logLines).toEqual([]);
  });

  it("listens on loopback only", async () => {
    await using collector = await startCollector();
    const addresses = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === "IPv4");
    for (const endpoint of [
      collector.stack.endpoints.dynamodb,
      collector.stack.endpoints.sqs,
      collector.api.baseUrl,
    ]) {
      const url = new URL(endpoint);
      expect(url.hostname).toBe("127.0.0.1");
      for (const address of addresses) {
        url.hostname = address?.address ?? "";
        await expect(fetch(url)).rejects.toThrow();
      }
    }
    expect(addresses.length, "a network interface besides loopback, to try it on").toBeGreaterThan(0);
  });

  it("refuses to start twice on one folder, or to empty one that is in use", async () => {
    const folder = await newFolder();
    const child = start(["--data", folder, "--interval", "60"]);
    await logged(child, "fetcher_finished");
    for (const flags of [["--once"], ["--once", "--fresh"]]) {
      const second = start(["--data", folder, ...flags]);
      let problem = "";
      second.stderr?.on("data", (chunk) => {
        problem += chunk;
      });
      const [code] = await once(second, "exit");
      expect(code).toBe(1);
      expect(problem).toMatch(/is in use by another embedded stack/);
      expect(problem).not.toMatch(/\n\s+at /);
    }
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  });
});

/** The sum of a field over the lines of an event; the last line may be cut off. */
function sumOf(log: string, event: string, field: string): number {
  const lines = log.split("\n").filter((line) => line.includes(`"event":"${event}"`) && line.endsWith("}"));
  return lines.reduce((sum, line) => sum + JSON.parse(line)[field], 0);
}

function start(flags: readonly string[]): ChildProcess {
  const { ENERGYLIVE_API_KEY: _, ...env } = process.env;
  return spawn(process.execPath, ["packages/cli/bin/energylive.js", "start", "--no-dashboard", ...flags], {
    cwd: ROOT,
    env: { ...env, LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Resolves when the process has logged `event`; rejects when it ends without. */
function logged(child: ChildProcess, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr?.on("data", (chunk) => {
      text += chunk;
      if (text.includes(`"event":"${event}"`)) resolve();
    });
    child.on("close", () => reject(new Error(`the process ended without ${event}: ${text}`)));
  });
}
