import { FETCHER_TIMEOUT_SECONDS } from "../../packages/core/src/settings/pipeline.ts";
import { paceOf } from "../../stacks/capacity.ts";
import { type Load, POLL_SECONDS } from "./cost.ts";

/** What a stage of a size needs, from what was measured (docs/performance.md) and what AWS allows. */

export interface Fleet extends Load {
  intervalSeconds: number;
}

export interface Capacity {
  pollsPerSecond: number;
  shards: number;
  pollConcurrency: number;
  /** How long a run of a shard takes. */
  runSeconds: number;
  messagesPerSecond: number;
  /** Sends, receives and deletes. */
  sqsRequestsPerSecond: number;
  consumers: number;
  /** `ENERGYLIVE_TABLE_MAX_WRITES`, on demand. */
  maxWrites: number;
  /** `ENERGYLIVE_TABLE_CAPACITY`, if provisioned. */
  writeUnits: number;
  /** A second, in the table; the index of types takes as many again. */
  measurementWrites: number;
  stateWrites: number;
  /** A second, of one type: all of them to one partition of the index of types. */
  writesOfOneType: number;
  /** The limits that a stage of this size meets, those that need something to be turned. */
  limits: string[];
}

/** Memory of a Lambda function that has one vCPU. Source: docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_PER_VCPU = 1_769;
const FETCHER_MB = 512;

/** Measured: npm run bench, npm run bench -- --scale. */
const FETCHER_CPU_SECONDS_PER_DEVICE = 0.001;

/** On demand the bound protects from a bill, so it leaves room; provisioned units cost money, and the queue absorbs the bursts. */
const ON_DEMAND_ROOM = 1.5;
const PROVISIONED_ROOM = 1.05;
const LEAST_MAX_WRITES = 25;

/** The last poll of a run begins before this, so that its retries, its messages and its state still fit. */
const RUN_RESERVE_SECONDS = 25;
const PAUSE_SECONDS = 10;

const DEFAULT_POLL_CONCURRENCY = 25;
const LARGE_POLL_CONCURRENCY = 100;
const SQS_ENTRIES = 10;

/** Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const PARTITION_WRITES = 1_000;
/** On-demand, of a table or of an index of it. Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const TABLE_WRITES = 40_000;
/** Functions running at once in an account. Source: docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ACCOUNT_CONCURRENCY = 1_000;
/** What a stage may be set to. */
const MAX_SHARDS = 100;
/** No limit is documented; an API that serves people is asked before it is polled more often than this. */
const POLITE_POLLS_PER_SECOND = 100;

export function capacityOf({ devices, intervalSeconds, measurementsPerPoll }: Fleet): Capacity {
  const usableSeconds =
    Math.min(FETCHER_TIMEOUT_SECONDS, intervalSeconds - PAUSE_SECONDS) - RUN_RESERVE_SECONDS;
  const devicesPerShard = (concurrency: number) => Math.floor(usableSeconds * devicesPerSecond(concurrency));
  const pollConcurrency =
    devices <= devicesPerShard(DEFAULT_POLL_CONCURRENCY) ? DEFAULT_POLL_CONCURRENCY : LARGE_POLL_CONCURRENCY;
  const shards = Math.ceil(devices / devicesPerShard(pollConcurrency));
  const pollsPerSecond = devices / intervalSeconds;
  const messagesPerSecond = pollsPerSecond * measurementsPerPoll;
  const maxWrites = Math.max(LEAST_MAX_WRITES, Math.ceil(messagesPerSecond * ON_DEMAND_ROOM));
  const capacity: Capacity = {
    pollsPerSecond,
    shards,
    pollConcurrency,
    runSeconds: 1 + devices / shards / devicesPerSecond(pollConcurrency),
    messagesPerSecond,
    sqsRequestsPerSecond: (messagesPerSecond / SQS_ENTRIES) * 3,
    consumers: paceOf(maxWrites, false).maximumConcurrency,
    maxWrites,
    writeUnits: Math.ceil((messagesPerSecond * 2 + pollsPerSecond) * PROVISIONED_ROOM),
    measurementWrites: messagesPerSecond,
    stateWrites: pollsPerSecond,
    writesOfOneType: pollsPerSecond,
    limits: [],
  };
  return { ...capacity, limits: limitsOf(capacity) };
}

/** Limited by the requests that wait for the API, or by the CPU. */
function devicesPerSecond(pollConcurrency: number): number {
  const byCpu = FETCHER_MB / MB_PER_VCPU / FETCHER_CPU_SECONDS_PER_DEVICE;
  return Math.min(pollConcurrency / POLL_SECONDS, byCpu);
}

function limitsOf(capacity: Capacity): string[] {
  const { pollsPerSecond, shards, consumers, measurementWrites, writesOfOneType } = capacity;
  const stages = Math.ceil(writesOfOneType / PARTITION_WRITES);
  return [
    pollsPerSecond > POLITE_POLLS_PER_SECOND ? "the API: ask its operator first" : undefined,
    stages > 1 ? `a partition of the index of types: ${stages} stages` : undefined,
    measurementWrites > TABLE_WRITES
      ? "the table's quota of 40,000 writes a second: Service Quotas"
      : undefined,
    shards > MAX_SHARDS
      ? `${MAX_SHARDS} shards: several stages, each with its part of the devices`
      : undefined,
    shards + consumers > ACCOUNT_CONCURRENCY ? "the account's 1,000 functions at a time" : undefined,
  ].filter((limit) => limit !== undefined);
}
