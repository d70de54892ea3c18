/** Imports a bundle and hands it its first event; prints what that cost as JSON. A process of its own, run by bench.ts. */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { batchEvent } from "./event.ts";

const { values } = parseArgs({
  options: {
    bundle: { type: "string", default: "" },
    event: { type: "string", default: "" },
    endpoint: { type: "string", default: "" },
  },
});

const EVENTS: Record<string, () => unknown> = {
  bare: () => ({}),
  consumer: () => batchEvent(0, 1),
  fetcher: () => ({}),
};

Object.assign(process.env, {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_ENDPOINT_URL: values.endpoint,
  STAGE: "bench",
  MEASUREMENTS_TABLE: "EnergyLiveData",
  DEVICES_TABLE: "EnergyLiveDevices",
  MEASUREMENT_QUEUE_URL: `${values.endpoint}/queue`,
  MEASUREMENT_DLQ_URL: `${values.endpoint}/dlq`,
  PROFILE_QUEUE_URL: `${values.endpoint}/profiles`,
  ENERGYLIVE_API_URL: `${values.endpoint}/api/v1`,
  ENERGYLIVE_API_KEY: "bench-key-0123456789",
  API_KEY_PATH: "/energylive/bench/keys/",
  LOG_LEVEL: "silent",
  // The stub's certificate is its own.
  NODE_TLS_REJECT_UNAUTHORIZED: "0",
});
process.removeAllListeners("warning");
const event = EVENTS[values.event]?.();
// The handlers write their metrics to standard output, which is for the result here.
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;

const before = process.cpuUsage();
const { handler } = await import(pathToFileURL(values.bundle).href);
await handler(event, { getRemainingTimeInMillis: () => 60_000 });
const { user, system } = process.cpuUsage(before);
write(JSON.stringify({ cpuMs: (user + system) / 1000 }));
process.exit(0);
