import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type AttributeValue, DeleteItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { utcDay } from "@energylive/core/archive/late";
import { systemClock } from "@energylive/core/clock";
import type { DecimalText } from "@energylive/core/decimal";
import { createLog } from "@energylive/core/log";
import { createPriceStore } from "@energylive/core/price/store";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { serializeMessage } from "@energylive/core/queue/message";
import { ArchiverEnvironment, parseEnvironment, tableVariables } from "@energylive/core/settings/environment";
import { createArchiverHandler } from "@energylive/functions/archiver-handler";
import { archiveFolder, folderArchive } from "@energylive/local/archive-folder";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { duckdb } from "../support/duckdb.ts";
import { sendAll } from "../support/queues.ts";
import { type Collector, startCollector } from "./collector.ts";

const LATER_MS = 10 * 60_000;

/** Noon, three days after the first measurement. */
const NOW = Date.parse("2026-03-04T12:00:00Z");
const FIRST = Date.parse("2026-03-01T00:00:00Z");

const [HOME, FARM, MILL] = ["I-10082023-01658401", "I-10082023-01658402", "I-10082023-01658403"] as const;

/** More digits than a double holds. */
const LONG = "12345678901234567.123456789";

/** Python with pyarrow, where it is there: what pandas, Spark and many others read Parquet with. */
const PYTHON = process.env.PYTHON_WITH_PYARROW ?? "python3";
const execute = promisify(execFile);
const hasPyarrow = await execute(PYTHON, ["-c", "import pyarrow.dataset"]).then(
  () => true,
  () => false,
);
if (!hasPyarrow)
  process.stderr.write(
    "pyarrow is missing, so it does not read the archive: pip install pyarrow, or name a Python that has it with PYTHON_WITH_PYARROW\n",
  );

const READ_WITH_PYARROW = `
import json, sys
import pyarrow.dataset
table = pyarrow.dataset.dataset(sys.argv[1], format="parquet", partitioning="hive").to_table()
table = table.sort_by([("device_id", "ascending"), ("measurement_key", "ascending")])
rows = [
    [row["device_id"], row["measurement_key"], round(row["timestamp"].timestamp() * 1000), row["value"], row["value_text"], row["unit"]]
    for row in table.to_pylist()
]
print(json.dumps({"types": {field.name: str(field.type) for field in table.schema}, "rows": rows}))
`;

let collector: Collector;
let offset = 0;
beforeEach(async () => {
  offset = NOW - Date.now();
  collector = await startCollector({
    devices: 0,
    clock: { now: () => Date.now() + offset, sleep: systemClock.sleep },
  });
  for (const device_id of [HOME, FARM, MILL]) await collector.put({ device_id });
});
afterEach(() => collector[Symbol.asyncDispose]());

const at = (day: number, time = "T12:00:00.123Z") => Date.parse(`2026-03-0${day}${time}`);

async function store(...measurements: [device: string, type: string, timestamp: number, value: string][]) {
  const { sqs, endpoints } = collector.stack;
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
  await collector.drained();
}

const root = () => archiveFolder(collector.folder);
const files = () => folderArchive(root()).list();
const archived = (columns = "*", condition = "true") =>
  duckdb(
    `select ${columns} from read_parquet('${join(root(), "measurements/*/*.parquet")}', hive_partitioning = true)
     where ${condition} order by device_id, measurement_key`,
  );

/** What the table holds, as the archive should have it. */
async function tableRows() {
  const { dynamodb, names } = collector.stack;
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

const COMPARED =
  "device_id, measurement_key, epoch_ms(timestamp)::varchar as ms, value, value_text, unit, collection_time, ttl, day::varchar as day";

/** Three days of two devices. */
const MEASUREMENTS = [1, 2, 3].flatMap(
  (day): Parameters<typeof store> => [
    [HOME, "0100010700", at(day), "138.5"],
    [HOME, "0100010800", at(day), day === 1 ? LONG : `${day}000`],
    [HOME, "batteryVoltage", at(day, "T00:00:00.000Z"), "-5"],
    [FARM, "anything new", at(day, "T23:59:59.999Z"), "0"],
  ],
);

describe("the archive", () => {
  it("has every day that is over in a file that DuckDB reads: types and values equal the table", async () => {
    await store(...MEASUREMENTS, [HOME, "0100010700", NOW - 60_000, "1"]);
    expect(await collector.stack.archive()).toMatchObject({ rows: expect.any(Number), isUnfinished: false });
    const before = (await tableRows()).filter(({ day }) => day !== "2026-03-04");
    expect(await archived(COMPARED)).toEqual(before);
    expect(before).toHaveLength(MEASUREMENTS.length);
    expect((await files()).filter((path) => path.startsWith("measurements/")).sort()).toEqual(
      [1, 2, 3].map((day) => `measurements/day=2026-03-0${day}/shard-0-of-1.parquet`),
    );
  });

  it("has load profiles and market prices as tables of their own", async () => {
    await store([HOME, "0100010800", FIRST, "1000"], [HOME, "0100010800", FIRST + 900_000, "1250"]);
    const { dynamodb, names } = collector.stack;
    const day = "2026-03-01";
    const { from, to } = namedDay("Europe/Vienna", day);
    await createPriceStore({ dynamodb, table: names.pricesTable }).add(
      {
        day,
        eur_per_mwh: Array.from({ length: (to - from) / 900_000 }, (_, index) => index / 2),
        source: "test",
        fetched_at: "",
      },
      undefined,
    );
    await collector.stack.archive();
    const [prices, profiles] = ["market_price", "load_profile"].map(
      (table) => `read_parquet('${join(root(), table, "*/*.parquet")}')`,
    );
    expect(
      await duckdb(
        `select device_id, epoch_ms(quarter_hour)::varchar as ms, import_wh, export_wh, quality, day from ${profiles}`,
      ),
    ).toContainEqual({
      device_id: HOME,
      ms: String(FIRST),
      import_wh: 250,
      export_wh: null,
      quality: "m",
      day,
    });
    expect(
      await duckdb(
        `select count(*)::int as n, sum(eur_per_mwh) as sum, min(source) as source from ${prices}`,
      ),
    ).toEqual([{ n: 96, sum: (95 * 96) / 4, source: "test" }]);
  });

  it("writes a day anew when a measurement of it comes late, and only then", async () => {
    await store(...MEASUREMENTS);
    await collector.stack.archive();
    // They were stored after their days were over, so these are written once more.
    offset += LATER_MS;
    await collector.stack.archive();
    const again = await collector.stack.archive();
    expect(again.files).toBeLessThanOrEqual(2);
    await store([MILL, "0100010700", at(2), "7"], [HOME, "0100010700", at(1, "T01:00:00.000Z"), "8"]);
    // What is stored together with it may still be under way.
    expect((await collector.stack.archive()).files).toBe(again.files);
    offset += LATER_MS;
    expect((await collector.stack.archive()).files).toBe(again.files + 2);
    expect(await archived(COMPARED)).toEqual(await tableRows());
    expect((await collector.stack.archive()).files).toBe(again.files);
  });

  it("keeps what has expired, and devices that were removed", async () => {
    await store(...MEASUREMENTS);
    await collector.stack.archive();
    const before = await archived(COMPARED);
    const { dynamodb, names } = collector.stack;
    for (const { device_id, measurement_key } of before)
      await dynamodb.send(
        new DeleteItemCommand({
          TableName: names.measurementsTable,
          Key: { device_id: { S: String(device_id) }, measurement_key: { S: String(measurement_key) } },
        }),
      );
    await collector.stack.devices.remove(FARM);
    await store([MILL, "0100010700", at(1), "7"], [MILL, "0100010700", at(2), "7"]);
    offset += LATER_MS;
    await collector.stack.archive();
    const [first, second] = await tableRows();
    const order = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(order(await archived(COMPARED))).toEqual(order([...before, first, second]));
  });

  it("has all of a device that was removed after its last measurement", async () => {
    await store(...MEASUREMENTS);
    await collector.stack.archive();
    const day = utcDay(NOW);
    await store([FARM, "0100010700", Date.parse(`${day}T00:00:01.000Z`), "7"]);
    await collector.stack.devices.remove(FARM);
    offset += 2 * 86_400_000;
    await collector.stack.archive();
    await store([FARM, "0100010700", Date.parse(`${day}T00:00:02.000Z`), "8"]);
    offset += LATER_MS;
    await collector.stack.archive();
    expect(await archived(COMPARED)).toEqual(await tableRows());
  });

  it("has an empty file for a day of silence, which readers take", async () => {
    await store([HOME, "0100010700", at(1), "1"], [HOME, "0100010700", at(3), "1"]);
    await collector.stack.archive();
    expect(await files()).toContain("measurements/day=2026-03-02/shard-0-of-1.parquet");
    expect(
      await duckdb(
        `select count(*)::int as n from '${join(root(), "measurements/day=2026-03-02/*.parquet")}'`,
      ),
    ).toEqual([{ n: 0 }]);
    expect(await archived("day::varchar as day")).toEqual([{ day: "2026-03-01" }, { day: "2026-03-03" }]);
  });

  it("skips the time between a device whose clock was wrong and the present", async () => {
    await store(
      [HOME, "0100010700", Date.parse("2004-01-01T00:00:00Z"), "1"],
      [FARM, "anything new", Date.parse("2010-01-01T00:00:00Z"), "1"],
      [HOME, "0100010700", at(3), "1"],
    );
    const { files: written } = await collector.stack.archive();
    expect(written).toBeLessThan(40);
    expect(await archived("day::varchar as day")).toEqual(
      ["2004-01-01", "2026-03-03", "2010-01-01"].map((day) => ({ day })),
    );
  });
});

describe.skipIf(!hasPyarrow)("the archive, read by pyarrow", () => {
  it("has the same types and values", async () => {
    await store(...MEASUREMENTS);
    await collector.stack.archive();
    const { stdout } = await execute(PYTHON, ["-c", READ_WITH_PYARROW, join(root(), "measurements")]);
    const { types, rows } = JSON.parse(stdout);
    expect(types).toMatchObject({
      device_id: "string",
      timestamp: "timestamp[ms, tz=UTC]",
      value: "double",
      value_text: "string",
      ttl: "int64",
    });
    const expected = (await archived(COMPARED)).map((row) => [
      row.device_id,
      row.measurement_key,
      Number(row.ms),
      row.value,
      row.value_text,
      row.unit,
    ]);
    expect(rows).toEqual(expected);
  });
});

describe("several archivers", () => {
  /** Runs all archivers, as their schedules would. */
  async function archive(total: number, remainingMs = 900_000) {
    const { dynamodb, names } = collector.stack;
    const now = () => Date.now() + offset;
    const handler = createArchiverHandler({
      environment: parseEnvironment(ArchiverEnvironment, {
        STAGE: "local",
        ARCHIVERS: String(total),
        ...tableVariables(names),
      }),
      dynamodb,
      files: folderArchive(root()),
      clock: { now, sleep: systemClock.sleep },
      log: createLog({ level: "silent" }),
    });
    const results = [];
    for (let archiver = 0; archiver < total; archiver += 1)
      results.push(await handler({ archiver }, { getRemainingTimeInMillis: () => remainingMs }));
    return results;
  }

  it("have each device in one file, also when their number changes and a day is written anew", async () => {
    await store(...MEASUREMENTS);
    offset += LATER_MS;
    await archive(2);
    expect((await files()).filter((path) => path.includes("day=2026-03-01")).sort()).toEqual([
      "measurements/day=2026-03-01/shard-0-of-2.parquet",
      "measurements/day=2026-03-01/shard-1-of-2.parquet",
    ]);
    expect(await archived(COMPARED)).toEqual(await tableRows());
    for (const total of [3, 1]) {
      await store(
        [MILL, "0100010700", at(1, `T0${total}:00:00.000Z`), "7"],
        [FARM, "0100010700", at(2, `T0${total}:00:00.000Z`), "8"],
      );
      offset += LATER_MS;
      await archive(total);
      expect(await archived(COMPARED), `${total} archivers`).toEqual(await tableRows());
      const written = (await archive(total)).reduce((sum, result) => sum + result.files, 0);
      expect(written, "nothing is late any more").toBeLessThanOrEqual(4);
    }
    expect((await files()).filter((path) => path.includes("day=2026-03-01"))).toHaveLength(2);
  });

  it("that run out of time go on at the next run", async () => {
    await store(...MEASUREMENTS);
    const [result] = await archive(1, 0);
    expect(result).toEqual({ files: 0, rows: 0, isUnfinished: true });
    expect((await archive(1))[0]?.isUnfinished).toBe(false);
    expect(await archived(COMPARED)).toEqual(await tableRows());
  });

  it("refuse an event that is not theirs", async () => {
    await expect(collector.stack.archive().then(() => archive(1).then(() => archive(0)))).rejects.toThrow(
      /ARCHIVERS/,
    );
  });
});
