import { setTimeout as delay } from "node:timers/promises";

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Dashboard, NetworkAccess } from "@energylive/api/server";
import { openDashboard } from "@energylive/cli/dashboard/open";
import { DEMO_TARIFF } from "@energylive/cli/start/source";
import { addExampleTariffs } from "@energylive/cli/tariffs/examples";
import { systemClock } from "@energylive/core/clock";
import { createLog } from "@energylive/core/log";
import { ensureAssets } from "@energylive/web/build";
import { seedHistory } from "../../api/support/history.ts";
import { type Collector, startCollector } from "../../e2e/collector.ts";
import { stageOf } from "../../support/stage.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const DRAINED_WITHIN_MS = 30_000;
const CALM_TURNS = 10;

export const HOSTILE_NAME = `<img src=x onerror="alert('name')"><b>Haus</b>`;
export const HOSTILE_BODY = `{"v":1,"note":"<script>alert('body')</script>"}`;

/** A collector with its dashboard, and what tests look at in it. */
export interface World extends AsyncDisposable {
  collector: Collector;
  dashboard: Dashboard;
}

/** A collector that has just been set up: no device, no measurement. */
export async function openEmptyWorld(): Promise<World> {
  const collector = await startCollector({ devices: 0 });
  return withDashboard(collector);
}

/** The devices of the full world, by what is special about them. */
export interface Residents {
  /** With a tariff. A month of values, the last nine days every five minutes, with a gap of three hours in the last day. */
  longHistory: string;
  /** Feeds in: it has solar panels. */
  solar: string;
  failing: string;
  hostile: string;
  gateway: string;
  invalid: string;
  /** `0` of the fleet, and so on. */
  households: readonly string[];
}

const HOUSEHOLDS = 48;
const FAILING = 4;
const HOSTILE = 5;

/** The gap in the long history, in hours before now. */
export const GAP_HOURS = { from: 9, to: 6 };

/** Fifty devices: households with a day or a month behind them, and one of each kind of trouble. */
export async function openFullWorld(): Promise<World & { residents: Residents }> {
  const collector = await startCollector({ devices: HOUSEHOLDS });
  const { stack, api } = collector;
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  const { names, dynamodb, sqs, endpoints } = stack;
  const meter = ["0100010700", "0100010800", "0100020700", "0100020800"];
  const isGap = (at: number) => at > now - GAP_HOURS.from * HOUR_MS && at < now - GAP_HOURS.to * HOUR_MS;
  // The first one's long past, then everybody's day: the state that is written last is the newest.
  const past = { dynamodb, names, types: meter };
  await seedHistory({ ...past, from: now - 33 * DAY_MS, to: now - 9 * DAY_MS, pollEveryMs: 900_000 });
  await seedHistory({ ...past, from: now - 9 * DAY_MS, to: now - 30 * HOUR_MS });
  await seedHistory({
    dynamodb,
    names,
    devices: 3,
    from: now - 30 * HOUR_MS,
    to: now - 60_000,
    types: meter,
    isGap: (at, index) => index === 0 && isGap(at),
  });
  const households = api.deviceIds.slice(0, HOUSEHOLDS);
  const nameOf = (index: number) => (index === HOSTILE ? HOSTILE_NAME : `Household ${index + 1}`);
  for (const [index, device_id] of households.entries()) {
    if (index > 2) await collector.put({ device_id, name: nameOf(index), labels: { street: "Gasse 1" } });
  }
  const gateway = api.addDevice("gateway");
  await collector.put({ device_id: gateway, name: "Gateway" });
  const invalid = "I-20000000-00000001";
  await collector.put({ device_id: invalid, nmae: "Tippfehler" });
  api.setFault(households[FAILING] ?? "", { kind: "status", status: 403 });
  await addExampleTariffs(stack);
  await stack.devices.edit(households[0] ?? "", { set: { tariff: DEMO_TARIFF }, remove: [] });
  while ((await stack.fetchPrices(new AbortController().signal)).written > 0);
  await stack.poll({});
  await stack.poll({ device_ids: [households[FAILING] ?? ""] });
  // Three that no test moves, two and one that some do.
  const newer = JSON.stringify({ v: 99 });
  for (const MessageBody of [newer, newer, newer, HOSTILE_BODY, HOSTILE_BODY, "no JSON"]) {
    await sqs.send(new SendMessageCommand({ QueueUrl: endpoints.queueUrl, MessageBody }));
  }
  await drained(collector);
  return {
    ...(await withDashboard(collector)),
    residents: {
      longHistory: households[0] ?? "",
      solar: households[1] ?? "",
      failing: households[FAILING] ?? "",
      hostile: households[HOSTILE] ?? "",
      gateway,
      invalid,
      households,
    },
  };
}

async function withDashboard(collector: Collector): Promise<World> {
  const reads = watchReads(collector);
  const dashboard = await serve(collector);
  return {
    collector,
    dashboard,
    async [Symbol.asyncDispose]() {
      await dashboard.close();
      await reads.quiet();
      await collector[Symbol.asyncDispose]();
    },
  };
}

/** Vitest's own waiting only works in tests, and this runs before them. */
async function drained({ stack }: Collector): Promise<void> {
  const endsAt = Date.now() + DRAINED_WITHIN_MS;
  for (;;) {
    const { waiting, inFlight } = await stack.queueDepth();
    if (waiting + inFlight === 0) return;
    if (Date.now() > endsAt) throw new Error(`${waiting} messages wait, ${inFlight} are in flight`);
    await delay(50);
  }
}

/**
 * Counts what the dashboard still reads, also for pages that have gone: the embedded DynamoDB must not be ended in the
 * middle of it.
 */
export function watchReads({ stack }: Collector): { quiet(): Promise<void> } {
  let reading = 0;
  stack.dynamodb.middlewareStack.add((next) => async (args) => {
    reading += 1;
    try {
      return await next(args);
    } finally {
      reading -= 1;
    }
  });
  return {
    async quiet() {
      // Between two pages of a query nothing is read for a moment.
      for (let calm = 0; calm < CALM_TURNS; calm = reading === 0 ? calm + 1 : 0) await delay(20);
    },
  };
}

let built: Promise<string> | undefined;

/**
 * As `npm start` serves it: the page is built by the time that someone opens it.
 *
 * @param options.account the stack's own folder, of an account's devices; without it they are simulated
 * @param options.stoppedMs as `energylive dashboard` serves what a stack collected that was stopped so long ago
 */
export async function serve(
  { stack }: Collector,
  {
    port = 0,
    stoppedMs,
    network,
    account,
  }: {
    port?: number;
    stoppedMs?: number;
    network?: NetworkAccess | undefined;
    account?: string;
  } = {},
): Promise<Dashboard> {
  built ??= ensureAssets();
  const assets = await built;
  const stage = { ...stageOf(stack, account), isRunning: stoppedMs === undefined };
  return openDashboard(stage, {
    clock: { ...systemClock, now: () => systemClock.now() + (stoppedMs ?? 0) },
    log: createLog({ level: "silent" }),
    assets: async () => assets,
    port,
    network,
  });
}
