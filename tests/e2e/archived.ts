import { join } from "node:path";
import { type AttributeValue, paginateScan } from "@aws-sdk/client-dynamodb";
import { utcDay } from "@energylive/core/archive/late";
import { type Clock, systemClock } from "@energylive/core/clock";
import type { DecimalText } from "@energylive/core/decimal";
import { serializeMessage } from "@energylive/core/queue/message";
import { archiveFolder, folderArchive } from "@energylive/local/archive-folder";

import { duckdb } from "../support/duckdb.ts";
import { sendAll } from "../support/queues.ts";
import { type Collector, startCollector } from "./collector.ts";

/** When what was stored late is written anew. */
const LATER_MS = 10 * 60_000;

/** Noon, three days after the first measurement. */
export const NOW = Date.parse("2026-03-04T12:00:00Z");

export const [HOME, FARM, MILL] = [
  "I-10082023-01658401",
  "I-10082023-01658402",
  "I-10082023-01658403",
] as const;

type Stored = [device: string, type: string, timestamp: number, value: string];

export const at = (day: number, time = "T12:00:00.123Z") => Date.parse(`2026-03-0${day}${time}`);

/** More digits than a double holds. */
const LONG = "12345678901234567.123456789";

/** Three days of two devices. */
export const MEASUREMENTS = [1, 2, 3].flatMap((day): Stored[] => [
  [HOME, "0100010700", at(day), "138.5"],
  [HOME, "0100010800", at(day), day === 1 ? LONG : `${day}000`],
  [HOME, "batteryVoltage", at(day, "T00:00:00.000Z"), "-5"],
  [FARM, "anything new", at(day, "T23:59:59.999Z"), "0"],
]);

/** The columns of `tableRows`. */
export const COMPARED =
  "device_id, measurement_key, epoch_ms(timestamp)::varchar as ms, value, value_text, unit, collection_time, ttl, day::varchar as day";

/** A collector of three devices, and its archive as DuckDB reads it. */
export class ArchivedWorld implements AsyncDisposable {
  readonly collector: Collector;
  readonly clock: Clock;
  readonly #later: { ms: number };

  private constructor(collector: Collector, clock: Clock, later: { ms: number }) {
    this.collector = collector;
    this.clock = clock;
    this.#later = later;
  }

  static async start(): Promise<ArchivedWorld> {
    const later = { ms: NOW - Date.now() };
    const clock: Clock = { now: () => Date.now() + later.ms, sleep: systemClock.sleep };
    const collector = await startCollector({ devices: 0, clock });
    for (const device_id of [HOME, FARM, MILL]) await collector.put({ device_id });
    return new ArchivedWorld(collector, clock, later);
  }

  /** Time passes. */
  wait(ms = LATER_MS): void {
    this.#later.ms += ms;
  }

  /** Through the queue, as what a poll brings. */
  async store(...measurements: Stored[]): Promise<void> {
    const { sqs, endpoints } = this.collector.stack;
    const bodies = measurements.map(([device_id, measurement_type, timestamp, value]) =>
      serializeMessage({
        device_id,
        measurement_type,
        timestamp,
        value: value as DecimalText,
        collection_time: new Date(timestamp + 1_000).toISOString(),
        retention_days: 365,
      }),
    );
    await sendAll(sqs, endpoints.queueUrl, bodies);
    await this.collector.drained();
  }

  get folder(): string {
    return archiveFolder(this.collector.folder);
  }

  files(): Promise<string[]> {
    return folderArchive(this.folder).list();
  }

  archived(columns = "*"): Promise<Record<string, unknown>[]> {
    return duckdb(
      `select ${columns} from read_parquet('${join(this.folder, "measurements/*/*.parquet")}', hive_partitioning = true)
       order by device_id, measurement_key`,
    );
  }

  /** What the table holds, as the archive should have it. */
  async tableRows(): Promise<Record<string, unknown>[]> {
    const { dynamodb, names } = this.collector.stack;
    const rows: Record<string, unknown>[] = [];
    const text = (value: AttributeValue | undefined) => value?.S ?? null;
    for await (const { Items = [] } of paginateScan(
      { client: dynamodb },
      { TableName: names.measurementsTable },
    ))
      for (const item of Items)
        rows.push({
          device_id: text(item.device_id),
          measurement_key: text(item.measurement_key),
          ms: item.timestamp?.N,
          value: Number(item.value?.N),
          value_text: item.value?.N,
          unit: text(item.unit),
          collection_time: text(item.collection_time),
          ttl: item.ttl?.N,
          day: utcDay(Number(item.timestamp?.N)),
        });
    const key = (row: Record<string, unknown>) => `${row.device_id} ${row.measurement_key}`;
    return rows.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.collector[Symbol.asyncDispose]();
  }
}
