import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import { awsConfig, EMBEDDED_REGION } from "@energylive/local/services/loopback";
import { describe, expect, it } from "vitest";

import { startServices } from "../../support/services.ts";
import { startByteApi } from "../input/byte-api.ts";
import { startEdge } from "../input/edge.ts";
import { HOSTILE } from "../input/hostile.ts";
import { startWorker } from "../runs/worker.ts";
import { plantedKey, refuseKey, showsKey } from "./planted.ts";

const KEY = plantedKey("security");

const keyOf = ({ req }: ServerResponse) => String(req.headers["x-api-key"]);

/** Ways in which an API may send back the key that it was sent. */
const ECHOES: Record<string, (response: ServerResponse) => void> = {
  "in a page": (response) => void response.writeHead(200).end(`<p>${keyOf(response)}</p>`),
  "in an element": (response) =>
    void response.writeHead(200).end(`[{"key":"${keyOf(response)}"},"${keyOf(response)}"]`),
  "as a type": (response) =>
    void response
      .writeHead(200)
      .end(`[{"measurement":"${keyOf(response)}","timestamp":1726559995000,"value":1}]`),
  "in an error": (response) => void response.writeHead(400, keyOf(response)).end(keyOf(response)),
  "in a redirect": (response) => void response.writeHead(302, { location: `/${keyOf(response)}` }).end(),
  "in a header": (response) => void response.writeHead(429, { "retry-after": keyOf(response) }).end(),
};

describe("a key (invariant 8)", () => {
  it("keeps a key that the API sends back out of every log line, message, item and state", async () => {
    await using edge = await startEdge();
    const devices = Object.values(ECHOES).map((echo) => ({ id: edge.newDeviceId(), echo }));
    await edge.put(devices.map(({ id }) => ({ device_id: { S: id } })));
    for (const { id, echo } of devices) edge.api.answers.set(id, echo);
    const result = await edge.fetch({ device_ids: devices.map(({ id }) => id) });
    expect(result).toMatchObject({ polled: 2, failed: 4, published: 1, quarantined: 2 });
    await edge.drain();
    expect(edge.logged().length).toBeGreaterThan(0);
    expect(await edge.dead()).toHaveLength(2);
    for (const { id } of devices)
      refuseKey("an item", [JSON.stringify(await edge.state(id)), JSON.stringify(await edge.items(id))]);
  });

  it("keeps a key out of the output of a function whose variables were mixed up", async () => {
    const lines: string[] = [];
    const mixedUp = { POLL_TIMEOUT_MS: KEY, API_KEY_PATH: KEY, LOG_LEVEL: KEY, ENERGYLIVE_API_URL: KEY };
    const started = startWorker({
      role: "fetcher",
      skewMs: 0,
      environment: { ...mixedUp, AWS_REGION: EMBEDDED_REGION, ENERGYLIVE_API_KEY: `${KEY}\n${KEY}` },
      onLine: (line) => void lines.push(line),
    });
    await expect(started).rejects.toThrow("the process ended");
    await expect.poll(() => lines.join("\n")).toMatch(/POLL_TIMEOUT_MS is not a whole number/);
    refuseKey("what the function wrote", lines);
  });

  it("keeps a key out of the crash report of a function that dies", async () => {
    await using resources = new AsyncDisposableStack();
    const reports = await mkdtemp(join(tmpdir(), "energylive-reports-"));
    resources.defer(() => rm(reports, { recursive: true, force: true }));
    const services = resources.use(await startServices());
    const api = resources.use(await startByteApi());
    const dynamodb = resources.adopt(new DynamoDBClient(awsConfig(services.dynamodb)), (client) =>
      client.destroy(),
    );
    const devices = createDeviceRegistry({ dynamodb, table: services.names.devicesTable });
    for (let index = 0; index < 10; index += 1) {
      const device_id = `I-10082023-${String(index).padStart(8, "0")}`;
      await devices.add({ device_id });
      api.answers.set(device_id, HOSTILE["as many measurements as fit"] ?? Buffer.of());
    }
    const lines: string[] = [];
    const worker = await startWorker({
      role: "fetcher",
      skewMs: 0,
      // Too little for answers of a megabyte.
      heapMegabytes: 24,
      environment: {
        // The key is in the environment, which a report must therefore leave out.
        NODE_OPTIONS: `--report-on-fatalerror --report-exclude-env --report-directory=${reports}`,
        STAGE: services.stage,
        DEVICES_TABLE: services.names.devicesTable,
        MEASUREMENT_QUEUE_URL: services.queueUrl,
        MEASUREMENT_DLQ_URL: services.dlqUrl,
        PROFILE_QUEUE_URL: services.profileQueueUrl,
        ENERGYLIVE_API_URL: api.url,
        ENERGYLIVE_API_KEY: KEY,
        API_KEY_PATH: services.names.apiKeyPath,
        POLL_TIMEOUT_MS: "2000",
        AWS_REGION: EMBEDDED_REGION,
        AWS_ACCESS_KEY_ID: "embedded",
        AWS_SECRET_ACCESS_KEY: "embedded",
        AWS_ENDPOINT_URL_DYNAMODB: services.dynamodb,
      },
      onLine: (line) => void lines.push(line),
    });
    await expect(worker.invoke({})).rejects.toThrow("the process ended");
    await worker.stop();
    const [report = "", ...others] = await Promise.all(
      (await readdir(reports)).map((file) => readFile(join(reports, file), "utf8")),
    );
    expect(others).toEqual([]);
    expect(report).toContain("javascriptHeap");
    expect(lines.join("\n")).toMatch(/heap/);
    refuseKey("the crash report", [report]);
    refuseKey("the process's last lines", lines);
  });
});

it("finds a key that is shown: the search itself works", () => {
  expect(showsKey(JSON.stringify({ body: JSON.stringify({ key: KEY }) }))).toBe(true);
  expect(() => refuseKey("a log line", ["nothing", KEY])).toThrow(
    "invariant 8: a key is in a log line (text 1,",
  );
  expect(() => refuseKey("a log line", ["nothing", '{"key":"[key default]"}'])).not.toThrow();
});
