import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createLate, type Late } from "@energylive/core/archive/late";
import { systemClock } from "@energylive/core/clock";
import { createMeasurementWriter } from "@energylive/core/consumer/writer";
import { unlessConditionFails } from "@energylive/core/device/condition";
import { DEFAULT_TIME_ZONE } from "@energylive/core/device/device";
import { createDeviceRegistry } from "@energylive/core/device/registry";
import type { Log } from "@energylive/core/log";
import type { MeasurementItem } from "@energylive/core/measurement/item";
import { createPointReader } from "@energylive/core/measurement/points";
import { type DayPrices, readDayPrices } from "@energylive/core/price/prices";
import { createPriceStore } from "@energylive/core/price/store";
import { mergeQuarterHours } from "@energylive/core/profile/merge";
import { type Profile, quarterHours, readProfile } from "@energylive/core/profile/profile";
import { measuredDays, rebuildDay } from "@energylive/core/profile/rebuild";
import { createProfileStore } from "@energylive/core/profile/store";
import { createQueueSender, type QueueSender } from "@energylive/core/queue/sender";
import type { ResourceNames } from "@energylive/core/settings/names";

import { addMissingKeys, type KeptKey, keyFile } from "../key-file.ts";
import { OWNER_ONLY } from "../replace-file.ts";
import {
  type BackedUpQueue,
  type BackupCounts,
  type BackupLine,
  type BackupMessage,
  noCounts,
  QUEUES,
} from "./format.ts";
import { queuedMessages, queuesFile } from "./queued.ts";
import { readBackup } from "./read.ts";

/** How many items of one table are written at once. */
const TOGETHER = 500;

export interface RestoreTarget {
  /** The stack's own folder. */
  folder: string;
  names: ResourceNames;
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  queueUrl(queue: BackedUpQueue): string;
  log: Log;
}

/**
 * Adds to a stack, which may run meanwhile, what a backup has and it has not: what is there already stays, so nothing is lost or
 * doubled, and the same backup can be restored twice. Load profiles of a day that both have are joined, and the days from the
 * backup's newest measurements on are computed again, which closes the gap between the two.
 *
 * @param file that `checkBackup` has accepted
 * @param onProgress is told what has been read
 * @returns how many of each were added; all measurements are written, whether they were there or not
 */
export async function restore(
  file: string,
  target: RestoreTarget,
  onProgress: (counts: BackupCounts) => void,
): Promise<BackupCounts> {
  const restoration = new Restoration(target);
  let together: BackupLine[] = [];
  async function apply(): Promise<void> {
    await restoration.apply(together);
    together = [];
    onProgress(restoration.added);
  }
  for await (const line of readBackup(file)) {
    if ("energylive_backup" in line || "end" in line) continue;
    const [first] = together;
    if (together.length === TOGETHER || (first !== undefined && subjectOf(first) !== subjectOf(line)))
      await apply();
    together.push(line);
  }
  await apply();
  await restoration.joinProfiles();
  return restoration.added;
}

/** Lines of one subject are written together. */
function subjectOf(line: BackupLine): string {
  if ("table" in line) return line.table;
  if ("queue" in line) return line.queue;
  return "key" in line ? "key" : "note";
}

class Restoration {
  readonly added = noCounts();
  readonly #target: RestoreTarget;
  readonly #late: Late;
  readonly #senders: Map<BackedUpQueue, QueueSender>;
  /** Of the messages that are queued, so none is sent twice. */
  readonly #queued: Set<string>;
  /** The newest measurement of each device, in epoch milliseconds. */
  readonly #newest = new Map<string, number>();

  constructor(target: RestoreTarget) {
    this.#target = target;
    this.#late = createLate({
      dynamodb: target.dynamodb,
      table: target.names.alertsTable,
      clock: systemClock,
    });
    const { sqs, log, folder, names } = target;
    this.#queued = new Set(queuedMessages(queuesFile(folder), names).map(digest));
    const settings = {
      sqs,
      clock: systemClock,
      random: Math.random,
      log,
      deadlineAt: Number.POSITIVE_INFINITY,
    };
    this.#senders = new Map(
      QUEUES.map((queue) => [queue, createQueueSender({ ...settings, queueUrl: target.queueUrl(queue) })]),
    );
  }

  /** Writes lines of one subject. */
  async apply(lines: readonly BackupLine[]): Promise<void> {
    const keys: KeptKey[] = [];
    const messages: BackupMessage[] = [];
    const measurements: MeasurementItem[] = [];
    for (const line of lines) {
      if ("key" in line) keys.push({ name: line.key, value: line.value, set_at: line.set_at });
      else if ("note" in line) await this.#addNote(line.note, line.text);
      else if ("queue" in line) messages.push(line);
      else if ("table" in line) {
        if (line.table === "devices") await this.#addItem("devices", "device_id", line.item);
        else if (line.table === "tariffs") await this.#addItem("tariffs", "tariff", line.item);
        else if (line.table === "alerts") await this.#addItem("alerts", "device_id", line.item);
        else if (line.table === "prices") await this.#addPrices(readDayPrices(line.item));
        else if (line.table === "profiles") await this.#addProfile(readProfile(line.item));
        else measurements.push(line.item);
      }
    }
    await addMissingKeys(keyFile(this.#target.folder), keys);
    this.added.keys += keys.length;
    await this.#send(messages);
    await this.#addMeasurements(measurements);
  }

  /** Computes again the days on which the backup ends and the stack's own measurements begin. */
  async joinProfiles(): Promise<void> {
    const { dynamodb, names } = this.#target;
    const context = {
      points: createPointReader({ dynamodb, table: names.measurementsTable }),
      profiles: createProfileStore({ dynamodb, table: names.profilesTable, late: this.#late }),
    };
    const registry = createDeviceRegistry({ dynamodb, table: names.devicesTable });
    for (const [deviceId, since] of this.#newest) {
      const zone = (await registry.find(deviceId))?.device?.time_zone ?? DEFAULT_TIME_ZONE;
      for await (const day of measuredDays(context.points, deviceId, zone, { since }))
        await rebuildDay(deviceId, day, zone, context);
    }
  }

  /** Only its owner can read it: channels have secrets. */
  async #addNote(name: string, text: string): Promise<void> {
    await writeFile(join(this.#target.folder, name), text, { flag: "wx", mode: OWNER_ONLY }).catch(
      (error) => {
        if (error.code !== "EEXIST") throw error;
      },
    );
  }

  /** A device comes with the fetcher's state. What is there stays: a person's item, and the fetcher's state of now. */
  async #addItem(
    table: "devices" | "tariffs" | "alerts",
    key: string,
    Item: Record<string, AttributeValue>,
  ): Promise<void> {
    const { dynamodb, names } = this.#target;
    const isAdded = await unlessConditionFails(
      dynamodb.send(
        new PutItemCommand({
          TableName: names[`${table}Table`],
          Item,
          ConditionExpression: `attribute_not_exists(${key})`,
        }),
      ),
    );
    if (isAdded) this.added[table] += 1;
  }

  /** Fills what is missing of a day that is there. */
  async #addPrices(prices: DayPrices): Promise<void> {
    const { dynamodb, names } = this.#target;
    const store = createPriceStore({ dynamodb, table: names.pricesTable });
    const [stored] = await store.read(prices.day, prices.day);
    if ((await store.add(prices, stored)) !== undefined) this.added.prices += 1;
  }

  async #send(messages: readonly BackupMessage[]): Promise<void> {
    const missing = messages.filter((message) => !this.#queued.has(digest(message)));
    const sending = missing.map(({ queue, body, attributes }) =>
      this.#senders
        .get(queue)
        ?.send({ body, ...(Object.keys(attributes).length === 0 ? {} : { attributes }) }),
    );
    for (const sender of this.#senders.values()) sender.flush();
    await Promise.all(sending);
    this.added.messages += missing.length;
  }

  async #addMeasurements(items: readonly MeasurementItem[]): Promise<void> {
    if (items.length === 0) return;
    const { dynamodb, names, log } = this.#target;
    const writer = createMeasurementWriter({
      dynamodb,
      table: names.measurementsTable,
      clock: systemClock,
      random: Math.random,
      log,
    });
    const { outcomes } = await writer.write(items, Number.POSITIVE_INFINITY);
    const failed = outcomes.find((outcome) => outcome.outcome !== "stored");
    if (failed !== undefined)
      throw new Error("a measurement could not be stored", {
        cause: failed.outcome === "failed" ? failed.cause : failed,
      });
    await this.#late.measured(items.map(({ timestamp }) => Number(timestamp?.N)));
    for (const { device_id, timestamp } of items) {
      const [id, at] = [device_id?.S ?? "", Number(timestamp?.N)];
      this.#newest.set(id, Math.max(at, this.#newest.get(id) ?? 0));
    }
    this.added.measurements += items.length;
  }

  /** What both have of a day is joined as the profiler does: measured replaces estimated, and nothing replaces what is known. */
  async #addProfile(profile: Profile): Promise<void> {
    const { dynamodb, names } = this.#target;
    const store = createProfileStore({ dynamodb, table: names.profilesTable, late: this.#late });
    for (;;) {
      const [there] = await store.read(profile.device_id, profile.day, profile.day);
      if (there !== undefined && there.time_zone !== profile.time_zone) return;
      const joined =
        there === undefined
          ? { ...profile, version: 0 }
          : mergeQuarterHours(there, 0, [...quarterHours(profile)]);
      if (joined === there) return;
      if (await store.write(joined)) break;
    }
    this.added.profiles += 1;
  }
}

function digest({ queue, body, attributes }: BackupMessage): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([queue, body, sorted]))
    .digest("base64");
}
