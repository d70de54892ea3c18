import { FETCHER_NODE_OPTIONS } from "../../../stacks/bundle.ts";
import { startLambda } from "../../infra/support/lambda.ts";
import { interleaved, type Measured, measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import { type Row, ratio } from "./row.ts";

interface Fetched extends Measured {
  devices: number;
}

/** Longer than any run here takes. */
const LONG_MS = 3_600_000;

/** Devices per CPU second of the fetcher, which also scans the devices, validates, and writes each one's state. */
export async function fetcherCpu(rounds: number): Promise<Row[]> {
  const devices = 1_000;
  await using stub = await startStub({ devices });
  const perCpuSecond = interleaved(["bare", "ours"] as const, rounds, (peer) => {
    const run = measure<Fetched>("fetch.ts", { peer, endpoint: stub.endpoint, devices });
    return (run.devices / run.cpuMs) * 1000;
  });
  const what = "fetcher against bare fetch and SendMessageBatch, devices per CPU second";
  return [ratio(what, perCpuSecond.ours, perCpuSecond.bare)];
}

/** The fetcher with more and more devices in one shard: its bundle in a bare process, as Lambda runs it. */
export async function scale(sizes: readonly number[]): Promise<Row[]> {
  const rows: Row[] = [];
  let first: number | undefined;
  for (const devices of sizes) {
    await using stub = await startStub({ devices });
    await using fetcher = await startLambda("fetcher", environment(stub.endpoint));
    const startedAt = performance.now();
    await fetcher.invoke({}, LONG_MS);
    const wallMs = performance.now() - startedAt;
    const { cpuMs, maxResidentBytes } = fetcher.usage();
    const perDeviceMs = cpuMs / devices;
    first ??= perDeviceMs;
    const size = `${devices.toLocaleString("en")} devices in one shard`;
    const requests = Object.entries(await stub.counts()).map(
      ([operation, count]) => `${count.toLocaleString("en")} ${operation}`,
    );
    const spent = `${Math.round(cpuMs / 1000)} s of CPU time, ${Math.round(wallMs / 1000)} s of wall time`;
    rows.push(
      {
        what: `${size}, resident memory (${spent}; ${requests.join(", ")})`,
        measured: maxResidentBytes / 2 ** 20,
        unit: "MB",
        reach: { atMost: 256 },
      },
      {
        what: `${size}, CPU time per device against ${sizes[0]?.toLocaleString("en")}`,
        measured: perDeviceMs / first,
        unit: "×",
        reach: { atMost: 1.1 },
      },
    );
  }
  return rows;
}

function environment(endpoint: string): Record<string, string> {
  return {
    NODE_OPTIONS: FETCHER_NODE_OPTIONS,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_ENDPOINT_URL: endpoint,
    STAGE: "bench",
    DEVICES_TABLE: "EnergyLiveDevices",
    MEASUREMENT_QUEUE_URL: `${endpoint}/queue`,
    MEASUREMENT_DLQ_URL: `${endpoint}/dlq`,
    PROFILE_QUEUE_URL: `${endpoint}/profiles`,
    ENERGYLIVE_API_URL: `${endpoint}/api/v1`,
    ENERGYLIVE_API_KEY: "bench-key-0123456789",
    API_KEY_PATH: "/energylive/bench/keys/",
  };
}
