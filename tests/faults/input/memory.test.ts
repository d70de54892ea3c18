import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import { awsConfig, EMBEDDED_REGION } from "@energylive/local/services/loopback";
import { expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { startServices } from "../../support/services.ts";
import { startWorker } from "../runs/worker.ts";
import { plantedKey, refuseKey } from "../security/planted.ts";
import { startByteApi } from "./byte-api.ts";
import { HOSTILE } from "./hostile.ts";

/** The bounds of docs/security.md; the function has 512 MB. */
const HEAP_MEGABYTES = 128;
const RESIDENT_MEGABYTES = 450;

const DEVICES_OF_EACH_KIND = 2;
/** What takes the most memory while it waits for SQS. */
const WORST = "as many measurements as fit";
const DEVICES_OF_THE_WORST = 12;
const TIMEOUT_MS = 22_000;

const TOO_LARGE = new Set(["endless", "50 MB", "200 MB in 200 KB"]);

it("stays within the stated memory and time when every answer is hostile and SQS takes nothing", async () => {
  await using resources = new AsyncDisposableStack();
  const services = resources.use(await startServices());
  // It accepts every connection and answers nothing, so that all that is received waits.
  const sqs = resources.use(await startServer(() => {}));
  const api = resources.use(await startByteApi());
  const dynamodb = resources.adopt(new DynamoDBClient(awsConfig(services.dynamodb)), (client) =>
    client.destroy(),
  );
  const devices = createDeviceRegistry({ dynamodb, table: services.names.devicesTable });
  const kinds = Object.keys(HOSTILE).flatMap((kind) => {
    const length = kind === WORST ? DEVICES_OF_THE_WORST : DEVICES_OF_EACH_KIND;
    return Array.from({ length }, () => kind);
  });
  const kindOf = new Map(kinds.map((kind, index) => [`I-10082023-${String(index).padStart(8, "0")}`, kind]));
  for (const [device_id, kind] of kindOf) {
    await devices.add({ device_id });
    api.answers.set(device_id, HOSTILE[kind] ?? Buffer.of());
  }

  const lines: string[] = [];
  const worker = await startWorker({
    role: "fetcher",
    skewMs: 0,
    heapMegabytes: HEAP_MEGABYTES,
    timeoutMs: TIMEOUT_MS,
    onLine: (line) => void lines.push(line),
    environment: {
      STAGE: services.stage,
      LOG_LEVEL: "error",
      DEVICES_TABLE: services.names.devicesTable,
      MEASUREMENT_QUEUE_URL: `${sqs.url}/0/measurements`,
      MEASUREMENT_DLQ_URL: `${sqs.url}/0/dlq`,
      PROFILE_QUEUE_URL: `${sqs.url}/0/profiles`,
      ENERGYLIVE_API_URL: api.url,
      ENERGYLIVE_API_KEY: plantedKey("hostile-answers"),
      API_KEY_PATH: services.names.apiKeyPath,
      POLL_TIMEOUT_MS: "5000",
      AWS_REGION: EMBEDDED_REGION,
      AWS_ACCESS_KEY_ID: "embedded",
      AWS_SECRET_ACCESS_KEY: "embedded",
      AWS_ENDPOINT_URL_DYNAMODB: services.dynamodb,
    },
  });
  resources.defer(() => worker.stop());
  const startedAt = Date.now();
  const result = await worker.invoke({});
  expect(Date.now() - startedAt).toBeLessThan(TIMEOUT_MS);
  expect(worker.peakBytes / 1024 ** 2).toBeLessThan(RESIDENT_MEGABYTES);
  expect(result).toMatchObject({ polled: 0, published: 0, quarantined: 0 });

  for await (const { device } of devices.all()) {
    const code = device?.state.last_error?.code;
    // A device that there was no room or no time for is first in line at the next run.
    if (TOO_LARGE.has(kindOf.get(device?.device_id ?? "") ?? ""))
      expect([undefined, "response_too_large", "timeout"]).toContain(code);
    else expect([undefined, "not_accepted_by_sqs", "invalid_response", "timeout"]).toContain(code);
  }
  refuseKey("a log line", lines);
  expect(lines.join("\n")).not.toMatch(/FATAL|RangeError|heap/);
}, 60_000);
