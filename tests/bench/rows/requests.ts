import { EVENT_SOURCE_MAPPING } from "@energylive/core/settings/pipeline";

import { measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import type { Row } from "./row.ts";

/** Types in the fixture that the stub answers with. */
const MEASUREMENTS_PER_DEVICE = 11;

/** Requests per 1,000 measurements, and per device. */
export async function requests(): Promise<Row[]> {
  const devices = 1_000;
  const messages = 10_000;
  await using stub = await startStub({ devices });
  measure("fetch.ts", { peer: "ours", endpoint: stub.endpoint, devices, runs: 1 });
  const { SendMessageBatch = 0, UpdateItem = 0 } = await stub.counts();
  measure("consume.ts", {
    peer: "ours",
    endpoint: stub.endpoint,
    messages,
    warmup: 0,
    batch: EVENT_SOURCE_MAPPING.batchSize,
  });
  const consumed = await stub.counts();
  const measurements = devices * MEASUREMENTS_PER_DEVICE;
  return [
    {
      what: "SendMessageBatch per 1,000 measurements",
      measured: (SendMessageBatch / measurements) * 1000,
      unit: "",
      reach: { atMost: 102 },
    },
    {
      what: "BatchWriteItem per 1,000 measurements",
      measured: ((consumed.BatchWriteItem ?? 0) / messages) * 1000,
      unit: "",
      reach: { atMost: 42 },
    },
    {
      what: "SendMessageBatch to the profile queue per 1,000 measurements",
      measured: (((consumed.SendMessageBatch ?? 0) - SendMessageBatch) / messages) * 1000,
      unit: "",
    },
    { what: "UpdateItem per device poll", measured: UpdateItem / devices, unit: "", reach: { atMost: 1 } },
  ];
}
