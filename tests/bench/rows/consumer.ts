import { EVENT_SOURCE_MAPPING } from "@energylive/core/settings/pipeline";

import { interleaved, type Measured, measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import { type Row, ratio } from "./row.ts";

/** Storage latency of a real table, about. */
const LATENCY_MS = 5;

/** As deployed. All peers are given the same batches. */
const { batchSize } = EVENT_SOURCE_MAPPING;

/** Messages per CPU second of every consumer, against a table that answers at once. */
export async function consumerCpu(rounds: number): Promise<Row[]> {
  await using stub = await startStub();
  const messages = {
    "python way": 2_000,
    "sample pattern": 2_000,
    powertools: 4_000,
    floor: 40_000,
    ours: 40_000,
  };
  const peers = ["python way", "sample pattern", "powertools", "floor", "ours"] as const;
  const perCpuSecond = interleaved(peers, rounds, (peer) => {
    const flags = { peer, endpoint: stub.endpoint, messages: messages[peer], batch: batchSize };
    return (messages[peer] / measure<Measured>("consume.ts", flags).cpuMs) * 1000;
  });
  const against = (peer: (typeof peers)[number], atLeast: number) =>
    ratio(
      `consumer against ${peer}, messages per CPU second`,
      perCpuSecond.ours,
      perCpuSecond[peer],
      atLeast,
    );
  return [
    against("python way", 9),
    against("sample pattern", 9),
    against("powertools", 9),
    // The floor only writes; ours also tells the profiler.
    against("floor", 0.8),
  ];
}

/** Messages per second of wall time, against a table that takes 5 ms. */
export async function consumerLatency(rounds: number): Promise<Row[]> {
  await using stub = await startStub({ latencyMs: LATENCY_MS });
  const messages = { "sample pattern": 500, powertools: 4_000, ours: 40_000 };
  const peers = ["sample pattern", "powertools", "ours"] as const;
  const perSecond = interleaved(peers, rounds, (peer) => {
    const flags = {
      peer,
      endpoint: stub.endpoint,
      messages: messages[peer],
      warmup: 1_000,
      batch: batchSize,
    };
    return (messages[peer] / measure<Measured>("consume.ts", flags).wallMs) * 1000;
  });
  const against = (peer: (typeof peers)[number], atLeast: number) =>
    ratio(
      `consumer at ${LATENCY_MS} ms against ${peer}, messages per second`,
      perSecond.ours,
      perSecond[peer],
      atLeast,
    );
  return [against("sample pattern", 45), against("powertools", 6)];
}
