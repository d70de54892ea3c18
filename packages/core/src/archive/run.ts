import { createHash } from "node:crypto";

import type { Clock } from "../clock.ts";
import type { DeviceStore } from "../device/store.ts";
import type { Log } from "../log.ts";
import type { MeasurementHistory } from "../measurement/history.ts";
import type { StoredMeasurement } from "../measurement/item.ts";
import { LAST_TIMESTAMP } from "../measurement/measurement.ts";
import { catalogueTypes } from "../measurement/obis.ts";
import type { PriceStore } from "../price/store.ts";
import type { ProfileStore } from "../profile/store.ts";
import { ArchivedTable } from "./archived.ts";
import {
  MEASUREMENT_COLUMNS,
  measurementOfRow,
  PRICE_COLUMNS,
  priceRows,
  QUARTER_HOUR_COLUMNS,
  type QuarterHourRow,
  quarterHourOfRow,
  quarterHourRows,
} from "./columns.ts";
import { type ArchiveFiles, type ArchivePart, pathOf } from "./files.ts";
import {
  type Archiver,
  archiverName,
  growingMonths,
  type Late,
  lastSettledDay,
  monthOf,
  utcDay,
} from "./late.ts";
import type { ArchiverResult } from "./result.ts";
import { devicesOfFile, type RewrittenFile, rewriteFile } from "./rewrite.ts";

const DAY_MS = 86_400_000;
const WHOLE = { index: 0, total: 1 };

/** Further back, days on which nothing was measured are skipped. */
const RECENT_DAYS = 31;

/** Every day lies between. */
const FIRST_DAY = "0000";
const LAST_DAY = "9999";

/** The price of a quarter-hour belongs to no device. */
const NO_DEVICE = "";

export interface ArchiverContext {
  devices: Pick<DeviceStore, "scan">;
  history: MeasurementHistory;
  profiles: Pick<ProfileStore, "read">;
  prices: Pick<PriceStore, "read">;
  late: Pick<Late, "all" | "finish">;
  files: ArchiveFiles;
  /** A folder of this machine, for a file at a time. */
  scratch: string;
  /** Which of the archivers that share the work this is. */
  archiver: Archiver;
  clock: Clock;
  log: Log;
  /** Epoch milliseconds. Files that were not begun by then are for the next run. */
  deadlineAt: number;
}

/**
 * Archives every day that is over and not archived yet, days of which measurements came late, and the load profiles and market
 * prices of the months that have changed, as Parquet. Repeating it changes nothing. Errors of DynamoDB and of the files pass
 * through; what was written stays, and the next run goes on.
 */
export async function runArchiver(context: ArchiverContext): Promise<ArchiverResult> {
  const run = new Run(context, await deviceIds(context), await context.files.list());
  try {
    // Before anything is read, so what is stored meanwhile stays late.
    const late = (await context.late.all()).filter(
      ({ period, done }) => period <= run.settled && !done.has(archiverName(context.archiver)),
    );
    const { days = [], months = [] } = Object.groupBy(late, ({ period }) =>
      period === monthOf(period) ? "months" : "days",
    );
    await run.measurements(new Set(days.map(({ period }) => period)));
    await run.profiles(new Set(months.map(({ period }) => period)));
    if (context.archiver.index === 0) await run.prices();
    for (const each of late) await context.late.finish(each, context.archiver);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    run.result.isUnfinished = true;
  }
  return run.result;
}

/** The next run goes on. */
class OutOfTime extends Error {}

async function deviceIds({ devices }: ArchiverContext): Promise<string[]> {
  const ids: string[] = [];
  for await (const { device, invalid } of devices.scan(WHOLE)) ids.push((device ?? invalid).device_id);
  return ids.sort();
}

/** Whether a device's rows are in the file with this index of `total`. */
function isOfPart(device: string, { index, total }: Archiver): boolean {
  return total === 1 || createHash("sha256").update(device).digest().readUInt32BE() % total === index;
}

class Run {
  readonly result: ArchiverResult = { files: 0, rows: 0, isUnfinished: false };
  readonly settled: string;
  readonly #context: ArchiverContext;
  readonly #devices: readonly string[];
  readonly #paths: readonly string[];

  /** @param paths of all that is archived */
  constructor(context: ArchiverContext, devices: readonly string[], paths: readonly string[]) {
    this.#context = context;
    this.#devices = devices;
    this.#paths = paths;
    this.settled = lastSettledDay(context.clock.now());
  }

  async measurements(late: ReadonlySet<string>): Promise<void> {
    const archived = new ArchivedTable("measurements", this.#paths);
    const newest = archived.newestOf(this.#context.archiver);
    const written = new Set<string>();
    let day = newest === undefined ? await this.#nextMeasuredDay(0) : await this.#dayAfter(newest);
    // In order: the newest file says how far it has come.
    while (day !== undefined && day <= this.settled) {
      await this.#measurementsOf(day, archived, false);
      written.add(day);
      day = await this.#dayAfter(day);
    }
    for (const each of late) if (!written.has(each)) await this.#measurementsOf(each, archived, true);
  }

  async profiles(late: ReadonlySet<string>): Promise<void> {
    const archived = new ArchivedTable("load_profile", this.#paths);
    const growing = growingMonths(this.#context.clock.now());
    const [first = ""] = growing;
    const newest = archived.newestOf(this.#context.archiver);
    const earlier =
      newest === undefined || newest < first
        ? (await this.#profileMonths()).filter((month) => month > (newest ?? "") && month < first)
        : [];
    // In order, as the days.
    for (const month of earlier) await this.#profilesOf(month, archived, false);
    for (const month of new Set([...growing, ...late])) await this.#profilesOf(month, archived, true);
  }

  async prices(): Promise<void> {
    const archived = new ArchivedTable("market_price", this.#paths);
    const { prices, clock } = this.#context;
    // Yesterday's may have been completed, and tomorrow's be there.
    const growing = [-DAY_MS, DAY_MS].map((away) => monthOf(utcDay(clock.now() + away)));
    const { oldest } = archived;
    const until = oldest === undefined ? LAST_DAY : `${oldest}-31`;
    const first = (await prices.read(FIRST_DAY, until))[0]?.day;
    if (first === undefined) return;
    // The past is filled from its newest day to its oldest, so the oldest month may have been cut.
    const again = new Set([...growing, oldest]);
    for (const month of monthsBetween(monthOf(first), growing.at(-1) ?? ""))
      await this.#parts(archived, month, again.has(month), async () => ({
        columns: PRICE_COLUMNS,
        devices: [NO_DEVICE],
        rowsOf: async () => (await prices.read(`${month}-01`, `${month}-31`)).flatMap(priceRows),
      }));
  }

  #profilesOf(month: string, archived: ArchivedTable, isAgain: boolean): Promise<void> {
    return this.#parts(archived, month, isAgain, async (part) => ({
      columns: QUARTER_HOUR_COLUMNS,
      devices: await this.#devicesOf(part, archived),
      rowsOf: async (device) => {
        const profiles = await this.#context.profiles.read(device, `${month}-01`, `${month}-31`);
        return profiles.flatMap((profile) => [...quarterHourRows(profile)]);
      },
      archived: {
        readRow: quarterHourOfRow,
        deviceOf: ({ device_id }: QuarterHourRow) => device_id,
        // Load profiles never expire, so the table has all of them.
        join: (before, now) => (now.length > 0 ? now : before),
      },
    }));
  }

  #measurementsOf(day: string, archived: ArchivedTable, isAgain: boolean): Promise<void> {
    const since = Date.parse(day);
    return this.#parts(archived, day, isAgain, async (part) => ({
      columns: MEASUREMENT_COLUMNS,
      devices: await this.#devicesOf(part, archived),
      rowsOf: (device) =>
        Array.fromAsync(this.#context.history.ofDevice(device, { since, until: since + DAY_MS })),
      archived: {
        readRow: measurementOfRow,
        deviceOf: ({ device_id }: StoredMeasurement) => device_id,
        join: joinMeasurements,
      },
    }));
  }

  /** Writes the files of a period that this archiver has to write. */
  async #parts<Row>(
    archived: ArchivedTable,
    period: string,
    isAgain: boolean,
    fileOf: (part: ArchivePart) => Promise<Omit<RewrittenFile<Row>, "path">>,
  ): Promise<void> {
    const { archiver, files, scratch, clock, deadlineAt, log } = this.#context;
    const { table } = archived;
    const total = archived.totalOf(period) ?? (table === "market_price" ? 1 : archiver.total);
    for (let index = archiver.index; index < total; index += archiver.total) {
      const part = { table, period, index, total };
      if (!isAgain && archived.has(part)) continue;
      if (clock.now() >= deadlineAt) throw new OutOfTime();
      const path = pathOf(part);
      const rows = await rewriteFile(files, scratch, { path, ...(await fileOf(part)) });
      archived.add(part);
      log.debug({ event: "file_archived", path, rows });
      this.result.files += 1;
      this.result.rows += rows;
    }
  }

  /** Those of now, and those of the period before: one that was removed since may have sent until then. */
  async #devicesOf(part: ArchivePart, archived: ArchivedTable): Promise<string[]> {
    const { files, scratch } = this.#context;
    const devices = new Set(this.#devices);
    // Where the number of parts is another one, a device was in any of them.
    const before = archived.before(part.period);
    for (const each of before.filter(({ index, total }) => total !== part.total || index === part.index))
      for (const device of await devicesOfFile(files, scratch, pathOf(each))) devices.add(device);
    return [...devices].filter((device) => isOfPart(device, part)).sort();
  }

  /** Of the last weeks the next one; before that, the next one on which something was measured. */
  async #dayAfter(day: string): Promise<string | undefined> {
    const next = Date.parse(day) + DAY_MS;
    const recent = Date.parse(this.settled) - RECENT_DAYS * DAY_MS;
    if (next >= recent) return utcDay(next);
    const measured = await this.#nextMeasuredDay(next);
    return measured === undefined || Date.parse(measured) > recent ? utcDay(recent) : measured;
  }

  /** Through the index of types; and in a gap, which is rare, device by device: one may send what is in no catalogue. */
  async #nextMeasuredDay(since: number): Promise<string | undefined> {
    const { history, archiver } = this.#context;
    const firsts = await Promise.all(
      catalogueTypes().map(async (type) => {
        for await (const { timestamp } of history.ofType(type, { since, limit: 1 })) return timestamp;
        return undefined;
      }),
    );
    let first = Math.min(...firsts.filter((at) => at !== undefined));
    if (first >= since + DAY_MS)
      for (const device of this.#devices.filter((each) => isOfPart(each, archiver)))
        for await (const { timestamp } of history.ofDevice(device, {
          since,
          until: Math.min(first, LAST_TIMESTAMP),
          limit: 1,
        }))
          first = timestamp;
    return first === Number.POSITIVE_INFINITY ? undefined : utcDay(first);
  }

  /** The months of which this archiver's devices have load profiles, in order. */
  async #profileMonths(): Promise<string[]> {
    const { profiles, archiver } = this.#context;
    const months = new Set<string>();
    for (const device of this.#devices.filter((each) => isOfPart(each, archiver)))
      for (const { day } of await profiles.read(device, FIRST_DAY, LAST_DAY)) months.add(monthOf(day));
    return [...months].sort();
  }
}

/** Both, each measurement once, as the table has it now. */
function joinMeasurements(
  archived: readonly StoredMeasurement[],
  now: readonly StoredMeasurement[],
): readonly StoredMeasurement[] {
  if (archived.length === 0) return now;
  const all = new Map([...archived, ...now].map((each) => [each.measurement_key, each]));
  return [...all.values()].sort((a, b) => (a.measurement_key < b.measurement_key ? -1 : 1));
}

/** Both included. */
function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = monthAfter(month)) months.push(month);
  return months;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return monthOf(utcDay(Date.UTC(year, number, 1)));
}
