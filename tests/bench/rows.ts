import { rm } from "node:fs/promises";

import { BUNDLE, HANDLERS } from "../../stacks/bundle.ts";
import { bundleHandler } from "../../tools/bundle.ts";
import { interleaved, type Measured, measure } from "./measure.ts";
import { startStub } from "./stub-process.ts";

/** One line of the result: what was measured, what is to be reached, and whether it is. */
export interface Row {
  what: string;
  measured: number;
  unit: string;
  reach: { atLeast: number } | { atMost: number };
}

export function isReached({ measured, reach }: Row): boolean {
  return "atLeast" in reach ? measured >= reach.atLeast : measured <= reach.atMost;
}

/** Storage latency of a real table, about. */
const LATENCY_MS = 5;

const ROOT = new URL("../..", import.meta.url).pathname;

/** Messages per CPU second of every consumer, against a table that answers at once. */
export async function consumerCpu(rounds: number): Promise<Row[]> {
  await using stub = await startStub();
  const messages = {
    "python way": 2_000,
    "sample pattern": 2_000,
    powertools: 4_000,
    floor: 30_000,
    ours: 30_000,
  };
  const peers = ["python way", "sample pattern", "powertools", "floor", "ours"] as const;
  const perCpuSecond = interleaved(peers, rounds, (peer) => {
    const { cpuMs } = measure<Measured>("consume.ts", {
      peer,
      endpoint: stub.endpoint,
      messages: messages[peer],
    });
    return (messages[peer] / cpuMs) * 1000;
  });
  const against = (peer: (typeof peers)[number], atLeast: number): Row => ({
    what: `consumer against ${peer}, messages per CPU second (${Math.round(perCpuSecond.ours)} / ${Math.round(perCpuSecond[peer])})`,
    measured: perCpuSecond.ours / perCpuSecond[peer],
    unit: "×",
    reach: { atLeast },
  });
  return [
    against("python way", 9),
    against("sample pattern", 9),
    against("powertools", 9),
    against("floor", 1.15),
  ];
}

/** Messages per second of wall time, against a table that takes 5 ms. */
export async function consumerLatency(rounds: number): Promise<Row[]> {
  await using stub = await startStub({ latencyMs: LATENCY_MS });
  const messages = { "sample pattern": 400, powertools: 3_000, ours: 20_000 };
  const peers = ["sample pattern", "powertools", "ours"] as const;
  const perSecond = interleaved(peers, rounds, (peer) => {
    const flags = { peer, endpoint: stub.endpoint, messages: messages[peer], warmup: 1_000 };
    return (messages[peer] / measure<Measured>("consume.ts", flags).wallMs) * 1000;
  });
  const against = (peer: (typeof peers)[number], atLeast: number): Row => ({
    what: `consumer at ${LATENCY_MS} ms against ${peer}, messages per second (${Math.round(perSecond.ours)} / ${Math.round(perSecond[peer])})`,
    measured: perSecond.ours / perSecond[peer],
    unit: "×",
    reach: { atLeast },
  });
  return [against("sample pattern", 45), against("powertools", 6)];
}

/** Devices per CPU second of the fetcher, and the requests that it makes. */
export async function fetcherCpu(rounds: number): Promise<Row[]> {
  const devices = 1_000;
  await using stub = await startStub({ devices });
  const perCpuSecond = interleaved(["bare", "ours"] as const, rounds, (peer) => {
    const run = measure<Measured & { devices: number }>("fetch.ts", {
      peer,
      endpoint: stub.endpoint,
      devices,
    });
    return (run.devices / run.cpuMs) * 1000;
  });
  return [
    {
      what: `fetcher against bare fetch and SendMessageBatch, devices per CPU second (${Math.round(perCpuSecond.ours)} / ${Math.round(perCpuSecond.bare)})`,
      measured: perCpuSecond.ours / perCpuSecond.bare,
      unit: "×",
      reach: { atLeast: 0.85 },
    },
  ];
}

/** Requests per 1,000 measurements, and per device. */
export async function requests(): Promise<Row[]> {
  const devices = 1_000;
  const messages = 10_000;
  await using stub = await startStub({ devices });
  measure("fetch.ts", { peer: "ours", endpoint: stub.endpoint, devices, runs: 1 });
  measure("consume.ts", { peer: "ours", endpoint: stub.endpoint, messages, warmup: 0 });
  const { SendMessageBatch = 0, BatchWriteItem = 0, UpdateItem = 0 } = await stub.counts();
  const measurements = devices * 11;
  return [
    {
      what: "SendMessageBatch per 1,000 measurements",
      measured: (SendMessageBatch / measurements) * 1000,
      unit: "",
      reach: { atMost: 102 },
    },
    {
      what: "BatchWriteItem per 1,000 measurements",
      measured: (BatchWriteItem / messages) * 1000,
      unit: "",
      reach: { atMost: 42 },
    },
    { what: "UpdateItem per device poll", measured: UpdateItem / devices, unit: "", reach: { atMost: 1 } },
  ];
}

/** The bundles, as they are deployed. */
export async function bundles(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, atMost] of [
    ["consumer", 350],
    ["fetcher", 480],
  ] as const) {
    const directory = `${ROOT}.build/bench/${name}`;
    await rm(directory, { recursive: true, force: true });
    const { bytes } = await bundleHandler(HANDLERS[name], { root: ROOT, directory, arguments: BUNDLE });
    rows.push({ what: `${name}'s bundle`, measured: bytes / 1024, unit: "KB", reach: { atMost } });
  }
  return rows;
}

/** The fetcher with more and more devices in one shard. */
export async function scale(sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  let first: number | undefined;
  for (const devices of sizes) {
    await using stub = await startStub({ devices });
    const flags = { peer: "ours", endpoint: stub.endpoint, devices, runs: 1 };
    const { cpuMs, residentBytes } = measure<Measured & { residentBytes: number }>("fetch.ts", flags);
    const perDeviceMs = cpuMs / devices;
    first ??= perDeviceMs;
    const size = devices.toLocaleString("en");
    rows.push(
      {
        what: `${size} devices in one shard, resident memory`,
        measured: residentBytes / 2 ** 20,
        unit: "MB",
        reach: { atMost: 256 },
      },
      {
        what: `${size} devices, CPU time per device against ${sizes[0]?.toLocaleString("en")}`,
        measured: perDeviceMs / first,
        unit: "×",
        reach: { atMost: 1.1 },
      },
    );
  }
  return rows;
}
