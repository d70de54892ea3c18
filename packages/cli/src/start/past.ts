import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { type Clock, systemClock } from "@energylive/core/clock";
import { createMeasurementWriter } from "@energylive/core/consumer/writer";
import { type DecimalText, decimalText } from "@energylive/core/decimal";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import type { Log } from "@energylive/core/log";
import { measurementItem } from "@energylive/core/measurement/item";
import { createPointReader } from "@energylive/core/measurement/points";
import { mergeQuarterHours } from "@energylive/core/profile/merge";
import { emptyProfile, type Profile, profileItem, quarterHours } from "@energylive/core/profile/profile";
import { type LocalDay, localDays, QUARTER_HOUR_MS } from "@energylive/core/profile/quarter-hours";
import { rebuildDay } from "@energylive/core/profile/rebuild";
import { createProfileStore } from "@energylive/core/profile/store";
import type { MeasurementMessage } from "@energylive/core/queue/message";
import type { Stack } from "@energylive/local/stack";
import type { SimulatedDevice } from "@energylive/simulator/fleet";
import { polledMeasurements } from "@energylive/simulator/polls";
import pLimit from "p-limit";

import { pastNote } from "./notes.ts";

const DAY_MS = 86_400_000;

/** Load profiles go back so far, and raw measurements so far. */
const PROFILE_DAYS = 400;
const RAW_DAYS = 14;

/** As if polled as often as by default on the last two days, and less often before: often enough to count as measured. */
const RECENT_DAYS = 2;
const RECENT_POLL_MS = 300_000;
const EARLIER_POLL_MS = 900_000;

const RETENTION_DAYS = 365;

/** BatchWriteItem's limit. */
const BATCH_ITEMS = 25;
const CONCURRENT_BATCHES = 4;

const UNKNOWN = {
  import_wh: null,
  export_wh: null,
  power_min_w: null,
  power_max_w: null,
  quality: "-",
} as const;

export interface PastOptions {
  stack: Pick<Stack, "dynamodb" | "names" | "fetchPrices">;
  /** The stack's own folder. */
  folder: string;
  devices: readonly SimulatedDevice[];
  log: Log;
  /** Ends it; the next start goes on. */
  signal: AbortSignal;
  clock?: Clock;
}

/** Says that a folder is new: its households get a past, that ends now. */
export async function beginPast(folder: string, now: number): Promise<void> {
  await pastNote.write(folder, { until: now, isDone: false });
}

/**
 * Gives simulated households the past that a collector would have brought: load profiles of 400 days and raw measurements of two weeks,
 * which join what is collected from now on, since a simulated meter is a function of time; and the market prices of that time. Written past the queue: the ingest lag and
 * the throughput would tell of a load that never was. The newest comes first; then it pauses as long as it works, so polling goes on as
 * ever. Does nothing in a folder that is not new, or whose past is written.
 *
 * @param onProgress the share that is written, from 0 to 1
 */
export async function writePast(
  options: PastOptions,
  onProgress: (share: number) => void = () => {},
): Promise<void> {
  const { folder, devices, signal, clock = systemClock } = options;
  const written = await pastNote.read(folder);
  if (written === undefined || written.isDone) return;
  const { until } = written;
  const zone = DEFAULT_TIME_ZONE;
  const days = localDays(zone, until - PROFILE_DAYS * DAY_MS, until).toReversed();
  const raw = createRawDays(options, until);
  const [today, ...earlier] = days;
  const steps: (() => Promise<void>)[] = [];
  if (today !== undefined) steps.push(() => writeToday(options, today, until));
  const profiles = createProfileDays(options);
  for (let from = 0; from < earlier.length; from += BATCH_ITEMS)
    steps.push(() => profiles(earlier.slice(from, from + BATCH_ITEMS)));
  steps.push(async () => {
    while (!signal.aborted && (await options.stack.fetchPrices(signal)).written > 0);
  });
  const firstLook = steps.length;
  for (const [index, day] of days.slice(0, RAW_DAYS).entries())
    steps.push(() => raw(day, index < RECENT_DAYS ? RECENT_POLL_MS : EARLIER_POLL_MS));
  for (const [index, step] of steps.entries()) {
    if (signal.aborted || devices.length === 0) return;
    const startedAt = clock.now();
    await step();
    onProgress((index + 1) / steps.length);
    if (index >= firstLook) await clock.sleep(clock.now() - startedAt, signal);
  }
  await pastNote.write(folder, { until, isDone: true });
}

/** Writes the raw measurements of a day of all devices, and their load profiles from them. */
function createRawDays(
  { stack, devices, log }: PastOptions,
  until: number,
): (day: LocalDay, everyMs: number) => Promise<void> {
  const { dynamodb, names } = stack;
  const writer = createMeasurementWriter({
    dynamodb,
    table: names.measurementsTable,
    clock: systemClock,
    random: Math.random,
    log,
  });
  const context = {
    points: createPointReader({ dynamodb, table: names.measurementsTable }),
    profiles: createProfileStore({ dynamodb, table: names.profilesTable }),
  };
  return async (day, everyMs) => {
    for (const device of devices) {
      const items = messagesOf(device, day, until, everyMs).map(measurementItem);
      const { outcomes } = await writer.write(items, Number.POSITIVE_INFINITY);
      if (outcomes.some(({ outcome }) => outcome !== "stored"))
        throw new Error(`the past of ${device.id} could not be stored`);
      await rebuildDay(device.id, day, DEFAULT_TIME_ZONE, context);
    }
  };
}

/** What polls of a day would have brought, as messages. */
function messagesOf(
  device: SimulatedDevice,
  day: LocalDay,
  until: number,
  everyMs: number,
): MeasurementMessage[] {
  const polls = { from: day.from, to: Math.min(day.to, until) + 1, everyMs };
  return polledMeasurements(device, polls)
    .filter(({ timestamp }) => timestamp >= day.from && timestamp < day.to)
    .map(({ measurement, timestamp, value, collectedAt }) => ({
      device_id: device.id,
      measurement_type: measurement,
      timestamp,
      value: decimalOf(value),
      collection_time: new Date(collectedAt).toISOString(),
      retention_days: RETENTION_DAYS,
    }))
    .toArray();
}

function decimalOf(value: number): DecimalText {
  const text = decimalText(String(value));
  if (text === undefined) throw new TypeError(`${value} is not a value of a measurement`);
  return text;
}

/** Fills what of today is over into its load profiles; the profiler may write the same items meanwhile. */
async function writeToday({ stack, devices }: PastOptions, day: LocalDay, until: number): Promise<void> {
  const store = createProfileStore({ dynamodb: stack.dynamodb, table: stack.names.profilesTable });
  for (const device of devices)
    for (let isWritten = false; !isWritten; ) {
      const [stored = emptyProfile(device.id, day, DEFAULT_TIME_ZONE)] = await store.read(
        device.id,
        day.day,
        day.day,
      );
      const known = [...quarterHours(profileOf(device, day))].map((quarter) =>
        quarter.at + QUARTER_HOUR_MS <= until ? quarter : UNKNOWN,
      );
      isWritten = await store.write(mergeQuarterHours(stored, 0, known));
    }
}

/** Writes load profiles of days that have no raw measurements yet, 25 items at once. */
function createProfileDays({ stack, devices }: PastOptions): (days: readonly LocalDay[]) => Promise<void> {
  const { dynamodb, names } = stack;
  return async (days) => {
    const items = devices.flatMap((device) => days.map((day) => profileItem(profileOf(device, day))));
    const batches = Array.from({ length: Math.ceil(items.length / BATCH_ITEMS) }, (_, index) =>
      items.slice(index * BATCH_ITEMS, (index + 1) * BATCH_ITEMS),
    );
    await pLimit(CONCURRENT_BATCHES).map(batches, (batch) =>
      dynamodb.send(
        new BatchWriteItemCommand({
          RequestItems: { [names.profilesTable]: batch.map((Item) => ({ PutRequest: { Item } })) },
        }),
      ),
    );
  };
}

function profileOf(device: SimulatedDevice, day: LocalDay): Profile {
  const quarters = device.quarterHours(Math.round(Date.parse(day.day) / DAY_MS));
  return {
    ...emptyProfile(device.id, day, DEFAULT_TIME_ZONE),
    import_wh: quarters.map(({ drawnWh }) => drawnWh),
    export_wh: quarters.map(({ fedInWh }) => fedInWh),
    power_min_w: quarters.map(({ lowestW }) => lowestW),
    power_max_w: quarters.map(({ highestW }) => highestW),
    quality: "m".repeat(quarters.length),
    version: 1,
  };
}
