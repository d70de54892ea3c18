import { systemClock } from "@energylive/core/clock";
import { createEnergyLiveClient } from "@energylive/core/energylive/client";
import { ApiKey } from "@energylive/core/keys/api-key";
import { createLog } from "@energylive/core/log";
import { FetcherEnvironment, parseEnvironment } from "@energylive/core/settings/environment";
import { createDynamoDB, createSqs } from "@energylive/functions/clients";
import { createFetcherHandler } from "@energylive/functions/fetcher-handler";
import { awsConfig } from "@energylive/local/services/loopback";
import { expect, it } from "vitest";
import { selfSignedCertificate } from "../../support/certificate.ts";
import { startServer } from "../../support/server.ts";
import { startEdge } from "../input/edge.ts";
import { plantedKey } from "./planted.ts";

const NOWHERE = "http://127.0.0.1:9";

/** The fetcher as it starts with this URL; it must not get as far as a request. */
function startWith(ENERGYLIVE_API_URL: string): unknown {
  return createFetcherHandler({
    environment: parseEnvironment(FetcherEnvironment, {
      STAGE: "test",
      DEVICES_TABLE: "devices",
      MEASUREMENT_QUEUE_URL: NOWHERE,
      MEASUREMENT_DLQ_URL: NOWHERE,
      PROFILE_QUEUE_URL: NOWHERE,
      API_KEY_PATH: "/energylive/test/keys/",
      ENERGYLIVE_API_URL,
    }),
    dynamodb: createDynamoDB(awsConfig(NOWHERE)),
    sqs: createSqs(awsConfig(NOWHERE)),
    keySource: async (name) => new ApiKey(name, plantedKey("network")),
    fetch: () => expect.fail("a request was sent"),
    clock: systemClock,
    random: Math.random,
    log: createLog({ level: "silent" }),
    report: () => {},
  });
}

it.each([
  "http://backend.energylive.e-steiermark.com/api/v1",
  "http://127.0.0.1.example.org/api/v1",
  "http://localhost.example.org/api/v1",
  "http://127.0.0.1@example.org/api/v1",
  "http://example.org/127.0.0.1",
  "http://[::ffff:203.0.113.9]/api/v1",
  "http://0.0.0.0/api/v1",
  "ws://127.0.0.1/api/v1",
  "ftp://127.0.0.1/api/v1",
  "file:///etc/hosts",
])("refuses %s before anything is sent in the clear", (url) => {
  expect(() => startWith(url)).toThrow(/ENERGYLIVE_API_URL is not HTTPS/);
});

it.each([
  "https://backend.energylive.e-steiermark.com/api/v1",
  "http://127.0.0.1:8080/api/v1",
  "http://[::1]:8080/api/v1",
  "http://localhost/api/v1",
])("accepts %s", (url) => {
  expect(() => startWith(url)).not.toThrow();
});

it("sends nothing to a server with an untrusted certificate", async () => {
  const asked: string[] = [];
  await using impostor = await startServer((request, response) => {
    asked.push(`${request.url} ${request.headers["x-api-key"]}`);
    response.end("[]");
  }, selfSignedCertificate());
  const client = createEnergyLiveClient({
    baseUrl: `${impostor.url}/api/v1`,
    fetch,
    clock: { ...systemClock, sleep: async () => {} },
    random: Math.random,
    timeoutMs: 5_000,
  });
  await expect(client.devices(new ApiKey("impostor", plantedKey("impostor")))).rejects.toMatchObject({
    code: "network_error",
    message: expect.stringContaining("certificate"),
  });
  expect(asked).toEqual([]);
});

it("follows no redirect, wherever it points", async () => {
  const asked: string[] = [];
  await using elsewhere = await startServer((request, response) => {
    asked.push(`${request.url} ${request.headers["x-api-key"]}`);
    response.end("[]");
  });
  await using edge = await startEdge();
  const locations = [`${elsewhere.url}/`, `${elsewhere.url.replace("http:", "")}/`, "/api/v1/devices", ""];
  const redirects = [301, 302, 303, 307, 308].flatMap((status) =>
    locations.map((location) => ({ status, location })),
  );
  const ids = redirects.map(() => edge.newDeviceId());
  await edge.put(ids.map((id) => ({ device_id: { S: id } })));
  redirects.forEach(({ status, location }, index) => {
    edge.api.answers.set(ids[index] ?? "", (response) => void response.writeHead(status, { location }).end());
  });
  expect(await edge.fetch({ device_ids: ids })).toMatchObject({ polled: 0, failed: ids.length });
  expect(edge.api.paths).toHaveLength(ids.length);
  expect(asked).toEqual([]);
});
