import { EVENT_SOURCE_MAPPING, PROFILE_MAPPING } from "@energylive/core/settings/pipeline";

import { DYNAMODB, LAMBDA, SCHEDULER, SQS } from "../../../tools/synth/prices.ts";
import { type Measured, measure } from "../measure.ts";
import { startStub } from "../stub-process.ts";
import type { Row } from "./row.ts";

/**
 * What each way of collecting costs at list price, from what its code was seen to send and to compute. Every peer stores
 * the same measurements, in a table with an index of all types, polled every five minutes and kept for a year. CPU time
 * is billed as if each function had just what it uses. Left out are the time spent waiting for answers, logs, alarms and
 * point-in-time recovery.
 */

const DEVICES = 1_000;
/** Types in the fixture that the stub answers with. */
const TYPES = 11;
const MEASUREMENTS = DEVICES * TYPES;
const POLLS_PER_MONTH = (30.4 * 86_400) / 300;
const POLLS_PER_QUARTER_HOUR = 3;
const RETENTION_MONTHS = 12;

/** Lambda gives a function one vCPU at this memory, so a CPU second costs as much as this for a second. */
const GB_PER_VCPU = 1_769 / 1_024;

/** An event source mapping receives and deletes ten messages with a request each. */
const QUEUE_MESSAGES_PER_REQUEST = 10;
const SAMPLE_BATCH_SIZE = 10;
const READ_UNIT_BYTES = 8_192;
const GB = 1e9;

/** Of the fetcher that are measured, and the one before them that fetch.ts makes. */
const RUNS = 3;
const WARM_UP_RUNS = 1;

/** What one poll of every device takes, as counted. */
interface Used {
  /** By the schedule. */
  runs: number;
  /** All, those by the schedule included. */
  invocations: number;
  cpuSeconds: number;
  sqsRequests: number;
  writeUnits: number;
  readUnits: number;
  storedBytes: number;
}

export async function cost(): Promise<Row[]> {
  const [us, python, sample] = [
    dollars(await ours()),
    dollars(await pythonCollector()),
    dollars(await samplePattern()),
  ];
  const row = (what: string, pollsPerMonth: number, per: number): Row => {
    const of = ({ collected, kept }: Dollars) => ((collected + kept) * pollsPerMonth) / per;
    const others = `the Python collector ${of(python).toFixed(3)}, the sample pattern ${of(sample).toFixed(3)}`;
    return { what: `US dollars ${what} (${others})`, measured: of(us), unit: "$" };
  };
  return [
    row("per million measurements, each kept for a year", 1, MEASUREMENTS / 1_000_000),
    row("per device and month, with a year of measurements", POLLS_PER_MONTH, DEVICES),
  ];
}

/** For one poll of every device. */
interface Dollars {
  collected: number;
  /** Until the measurements of that poll expire. */
  kept: number;
}

function dollars(used: Used): Dollars {
  const collected =
    used.runs * SCHEDULER.invocation +
    used.invocations * LAMBDA.request +
    used.cpuSeconds * GB_PER_VCPU * LAMBDA.gbSecondArm +
    used.sqsRequests * SQS.request +
    used.writeUnits * DYNAMODB.writeUnit +
    used.readUnits * DYNAMODB.readUnit;
  return { collected, kept: (used.storedBytes / GB) * DYNAMODB.storedGbMonth * RETENTION_MONTHS };
}

/** One run of the fetcher for all devices, and its messages in batches as deployed. */
async function ours(): Promise<Used> {
  const fetched = await fetchAll("ours");
  const consumed = await consumeAll("ours", EVENT_SOURCE_MAPPING.batchSize);
  return add(fetched, consumed, await profileAll(), {
    runs: 1,
    invocations: 1 + MEASUREMENTS / EVENT_SOURCE_MAPPING.batchSize,
    sqsRequests: (2 * MEASUREMENTS) / QUEUE_MESSAGES_PER_REQUEST,
  });
}

/** The load profiles of all devices: a message for each poll, and a computation for each quarter-hour. */
async function profileAll(): Promise<Partial<Used>> {
  await using stub = await startStub({ bill: true });
  const { cpuMs } = measure<Measured>("profile.ts", { endpoint: stub.endpoint, devices: DEVICES });
  const counts = await stub.counts();
  const computed = DEVICES + PROFILE_MAPPING.batchSize;
  const perPoll = DEVICES / POLLS_PER_QUARTER_HOUR;
  return {
    cpuSeconds: cpuMs / 1000 / POLLS_PER_QUARTER_HOUR,
    invocations: DEVICES / PROFILE_MAPPING.batchSize,
    sqsRequests: (2 * DEVICES) / QUEUE_MESSAGES_PER_REQUEST,
    writeUnits: ((counts["write units"] ?? 0) / computed) * perPoll,
    readUnits: ((counts["read bytes"] ?? 0) / READ_UNIT_BYTES / computed) * perPoll,
  };
}

/** A function for each device: it polls and stores, without a queue. */
async function pythonCollector(): Promise<Used> {
  return add(await consumeAll("python way", TYPES), { runs: DEVICES, invocations: DEVICES });
}

/** The same producer without state, and a function for every ten messages. */
async function samplePattern(): Promise<Used> {
  const fetched = await fetchAll("bare");
  const consumed = await consumeAll("sample pattern", SAMPLE_BATCH_SIZE);
  return add(fetched, consumed, {
    runs: 1,
    invocations: 1 + MEASUREMENTS / SAMPLE_BATCH_SIZE,
    sqsRequests: (2 * MEASUREMENTS) / QUEUE_MESSAGES_PER_REQUEST,
  });
}

async function fetchAll(peer: string): Promise<Partial<Used>> {
  await using stub = await startStub({ devices: DEVICES, bill: true });
  const { cpuMs } = measure<Measured>("fetch.ts", {
    peer,
    endpoint: stub.endpoint,
    devices: DEVICES,
    runs: RUNS,
  });
  const counts = await stub.counts();
  return {
    cpuSeconds: cpuMs / 1000 / RUNS,
    sqsRequests: (counts.SendMessageBatch ?? 0) / (RUNS + WARM_UP_RUNS),
    writeUnits: (counts["write units"] ?? 0) / (RUNS + WARM_UP_RUNS),
    // A scan of the devices: their items are read, and each is about its state.
    readUnits: (counts["state bytes"] ?? 0) / (RUNS + WARM_UP_RUNS) / READ_UNIT_BYTES,
  };
}

async function consumeAll(peer: string, batch: number): Promise<Partial<Used>> {
  await using stub = await startStub({ bill: true });
  const messages = MEASUREMENTS;
  const flags = { peer, endpoint: stub.endpoint, messages, warmup: messages, batch };
  const { cpuMs } = measure<Measured>("consume.ts", flags);
  const counts = await stub.counts();
  return {
    cpuSeconds: cpuMs / 1000,
    sqsRequests: (counts.SendMessageBatch ?? 0) / 2,
    writeUnits: (counts["write units"] ?? 0) / 2,
    storedBytes: (counts["stored bytes"] ?? 0) / 2,
  };
}

function add(...parts: Partial<Used>[]): Used {
  const sum = (of: (part: Partial<Used>) => number | undefined) =>
    parts.reduce((total, part) => total + (of(part) ?? 0), 0);
  return {
    runs: sum((part) => part.runs),
    invocations: sum((part) => part.invocations),
    cpuSeconds: sum((part) => part.cpuSeconds),
    sqsRequests: sum((part) => part.sqsRequests),
    writeUnits: sum((part) => part.writeUnits),
    readUnits: sum((part) => part.readUnits),
    storedBytes: sum((part) => part.storedBytes),
  };
}
