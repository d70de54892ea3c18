import { PutItemCommand } from "@aws-sdk/client-dynamodb";

import { type Account, account } from "../checker/account.ts";
import { accountOfProfiles, type ProfileAccount } from "../checker/profiles.ts";
import { type FaultCounts, noFaults } from "../proxy/faults.ts";
import { chance, healthy } from "../proxy/schedule.ts";
import { Actor } from "./actors.ts";
import { Chance } from "./chance.ts";
import { Mischief } from "./mischief.ts";
import { collectEvidence, queueDepth, scan } from "./remains.ts";
import { startWorld, type World } from "./world.ts";

export interface RunOptions {
  seed: number;
  devices: number;
  /** How long faults are injected. */
  seconds: number;
}

export interface RunReport {
  account: Account;
  profiles: ProfileAccount;
  telling: Telling;
  /** By kind, of all services together. */
  injected: FaultCounts;
  /** What else happened, by name. */
  events: Record<string, number>;
  /** Whatever shows the API key, in any encoding. */
  leaks: string[];
  /** Edits of a person that are no longer there (invariant 7). */
  overwrittenEdits: string[];
  fetcherRuns: number;
  /** Lines that the processes wrote. */
  lines: number;
}

/** What people are to be told by the table of alerts, and what they were told. */
interface Telling {
  /** Openings and closings. */
  events: number;
  /** Of which nobody was told. */
  untold: string[];
  /** Told, and not in the table. */
  unknown: string[];
  /** Told once more, after a process was killed between the answer and its note. */
  again: number;
}

/** The share of requests that meet a fault. */
const RATES = {
  dynamodb: { BatchWriteItem: 0.25, UpdateItem: 0.02, "*": 0.05 },
  sqs: { SendMessageBatch: 0.25, ReceiveMessage: 0.15, "*": 0.1 },
  api: { "*": 0.06 },
};

/** Between two things that happen to a run from outside. */
const CALM_MS = { least: 50, most: 700 };

/** How long the pipeline may take to work off what the faults have left. */
const DRAIN_MS = 120_000;

/**
 * Runs the whole pipeline for a while with every fault at once and its processes killed at random, heals everything,
 * lets it drain, and accounts for each measurement.
 */
export async function runUnderFaults(options: RunOptions): Promise<RunReport> {
  const random = new Chance(options.seed);
  await using world = await startWorld(options);
  await addDevices(world);
  const fetcher = new Actor("fetcher", world, random);
  const consumers = [new Actor("consumer", world, random), new Actor("consumer", world, random)] as const;
  const profilers = [new Actor("profiler", world, random), new Actor("profiler", world, random)] as const;
  const actors = [fetcher, ...consumers, ...profilers];
  await Promise.all(actors.map((actor) => actor.ready()));
  const mischief = new Mischief(world, random, { fetcher, consumers, profilers });

  const endsAt = Date.now() + options.seconds * 1000;
  disturb(world, options.seed);
  await Promise.all([poll(fetcher, endsAt), happen(mischief, random, endsAt)]);
  await mischief.end();
  for (const proxy of Object.values(world.proxies)) proxy.setSchedule(healthy);
  world.people.heal();

  // A healthy poll of all, resting devices too; then nothing may be left over.
  await fetcher.invoke({ device_ids: world.api.deviceIds });
  await drained(world);
  await Promise.all(actors.map((actor) => actor.stop()));
  const { evidence, leaks } = await collectEvidence(world);
  return {
    account: account(evidence),
    profiles: accountOfProfiles(evidence),
    telling: await accountOfTelling(world),
    injected: total(world),
    events: mischief.counts,
    leaks,
    overwrittenEdits: await overwritten(world, mischief.edits),
    fetcherRuns: world.journal.runs.length,
    lines: world.journal.lines,
  };
}

async function addDevices({ api, dynamodb, services }: World): Promise<void> {
  for (const id of api.deviceIds) {
    await dynamodb.send(
      new PutItemCommand({ TableName: services.names.devicesTable, Item: { device_id: { S: id } } }),
    );
  }
}

function disturb({ proxies }: World, seed: number): void {
  proxies.dynamodb.setSchedule(chance(seed, RATES.dynamodb));
  proxies.sqs.setSchedule(chance(seed + 1, RATES.sqs));
  proxies.api.setSchedule(chance(seed + 2, RATES.api));
}

async function poll(fetcher: Actor, endsAt: number): Promise<void> {
  while (Date.now() < endsAt) await fetcher.invoke({});
}

async function happen(mischief: Mischief, random: Chance, endsAt: number): Promise<void> {
  while (Date.now() < endsAt) {
    await wait(random.between(CALM_MS.least, CALM_MS.most));
    await mischief.next();
  }
}

async function drained(world: World): Promise<void> {
  const givesUpAt = Date.now() + DRAIN_MS;
  for (let depth = await queueDepth(world); depth > 0; depth = await queueDepth(world)) {
    if (Date.now() > givesUpAt) return;
    await wait(50);
  }
}

async function accountOfTelling({ dynamodb, services, people }: World): Promise<Telling> {
  const alerts = await scan(dynamodb, services.names.alertsTable);
  const events = alerts.flatMap(({ device_id, alert_key, closed_at }) =>
    (closed_at === undefined ? ["opened"] : ["opened", "closed"]).map(
      (event) => `${device_id?.S} ${alert_key?.S} ${event}`,
    ),
  );
  const [known, told] = [new Set(events), new Set(people.told)];
  return {
    events: events.length,
    untold: events.filter((event) => !told.has(event)),
    unknown: [...told].filter((event) => !known.has(event)),
    again: people.told.length - told.size,
  };
}

function total({ proxies }: World): FaultCounts {
  const counts = noFaults();
  for (const { injected } of Object.values(proxies))
    for (const kind of Object.keys(counts) as (keyof FaultCounts)[]) counts[kind] += injected[kind];
  return counts;
}

async function overwritten(world: World, edits: ReadonlyMap<string, string>): Promise<string[]> {
  const items = await scan(world.dynamodb, world.services.names.devicesTable);
  const names = new Map(items.map((item) => [item.device_id?.S, item.name?.S]));
  return [...edits].filter(([id, name]) => names.get(id) !== name).map(([id]) => id);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
