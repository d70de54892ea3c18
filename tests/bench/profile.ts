/** The profiler computes devices against the stub; prints what it cost as JSON. A process of its own, run by bench.ts. */

import { parseArgs } from "node:util";
import { DEFAULT_ALERT_RULES } from "@energylive/core/alert/rule";

import { serializeRange } from "@energylive/core/profile/message";
import { PROFILE_MAPPING } from "@energylive/core/settings/pipeline";
import { createDynamoDB } from "@energylive/functions/clients";
import { createProfilerHandler } from "@energylive/functions/profiler-handler";
import { NOBODY } from "../support/nobody.ts";
import { recordOf } from "./event.ts";
import { stubConfig } from "./peers/peer.ts";
import { processParts } from "./peers/process-parts.ts";

const { values } = parseArgs({
  options: { endpoint: { type: "string", default: "" }, devices: { type: "string", default: "1000" } },
});
const devices = Number(values.devices);
const { endpoint } = values;

/** Within a quarter-hour, as two polls of it are. */
const FROM = Date.parse("2026-03-02T10:02:00Z");
const TO = Date.parse("2026-03-02T10:12:00Z");

const handler = createProfilerHandler({
  ...NOBODY,
  environment: {
    LOG_LEVEL: "info",
    DEBUG: "false",
    STAGE: "bench",
    MEASUREMENTS_TABLE: "EnergyLiveData",
    DEVICES_TABLE: "EnergyLiveDevices",
    PROFILES_TABLE: "EnergyLiveProfiles",
    PRICES_TABLE: "EnergyLivePrices",
    TARIFFS_TABLE: "EnergyLiveTariffs",
    ALERTS_TABLE: "EnergyLiveAlerts",
    ENERGYLIVE_ALERT_RULES: DEFAULT_ALERT_RULES,
    PROFILE_QUEUE_URL: `${endpoint}/profiles`,
    PROFILE_DLQ_URL: `${endpoint}/profiles-dlq`,
    CHANNEL_PATH: "/energylive/bench/channels/",
  },
  dynamodb: createDynamoDB(stubConfig(endpoint)),
  ...processParts(endpoint),
});

await compute(0, PROFILE_MAPPING.batchSize);
const cpu = process.cpuUsage();
const startedAt = performance.now();
for (let first = 0; first < devices; first += PROFILE_MAPPING.batchSize)
  await compute(first, Math.min(PROFILE_MAPPING.batchSize, devices - first));
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpu);
process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs }));
process.exit(0);

async function compute(first: number, count: number): Promise<void> {
  const bodies = Array.from({ length: count }, (_, index) =>
    serializeRange({
      device_id: `I-10082023-${String(first + index).padStart(8, "0")}`,
      from: FROM,
      to: TO,
    }),
  );
  const { batchItemFailures } = await handler(
    { Records: bodies.map((body, index) => recordOf(first + index, body)) },
    { getRemainingTimeInMillis: () => 120_000 },
  );
  if (batchItemFailures.length > 0)
    throw new Error(`the profiler failed ${batchItemFailures.length} messages`);
}
