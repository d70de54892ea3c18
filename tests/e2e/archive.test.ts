import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { utcDay } from "@energylive/core/archive/late";
import { createPriceStore } from "@energylive/core/price/store";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { duckdb } from "../support/duckdb.ts";
import { ArchivedWorld, at, COMPARED, FARM, HOME, MEASUREMENTS, MILL, NOW } from "./archived.ts";

const FIRST = Date.parse("2026-03-01T00:00:00Z");

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

let world: ArchivedWorld;
beforeEach(async () => {
  world = await ArchivedWorld.start();
});
afterEach(() => world[Symbol.asyncDispose]());

describe("the archive", () => {
  it("has every day that is over in a file that DuckDB reads: types and values equal the table", async () => {
    await world.store(...MEASUREMENTS, [HOME, "0100010700", NOW - 60_000, "1"]);
    expect(await world.collector.stack.archive()).toMatchObject({
      rows: expect.any(Number),
      isUnfinished: false,
    });
    const before = (await world.tableRows()).filter(({ day }) => day !== "2026-03-04");
    expect(await world.archived(COMPARED)).toEqual(before);
    expect(before).toHaveLength(MEASUREMENTS.length);
    expect((await world.files()).filter((path) => path.startsWith("measurements/")).sort()).toEqual(
      [1, 2, 3].map((day) => `measurements/day=2026-03-0${day}/shard-0-of-1.parquet`),
    );
  });

  it("has load profiles and market prices as tables of their own", async () => {
    await world.store([HOME, "0100010800", FIRST, "1000"], [HOME, "0100010800", FIRST + 900_000, "1250"]);
    const { dynamodb, names } = world.collector.stack;
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
    await world.collector.stack.archive();
    const [prices, profiles] = ["market_price", "load_profile"].map(
      (table) => `read_parquet('${join(world.folder, table, "*/*.parquet")}')`,
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
    await world.store(...MEASUREMENTS);
    await world.collector.stack.archive();
    // They were stored after their days were over, so these are written once more.
    world.wait();
    await world.collector.stack.archive();
    const again = await world.collector.stack.archive();
    expect(again.files).toBeLessThanOrEqual(2);
    await world.store([MILL, "0100010700", at(2), "7"], [HOME, "0100010700", at(1, "T01:00:00.000Z"), "8"]);
    // What is stored together with it may still be under way.
    expect((await world.collector.stack.archive()).files).toBe(again.files);
    world.wait();
    expect((await world.collector.stack.archive()).files).toBe(again.files + 2);
    expect(await world.archived(COMPARED)).toEqual(await world.tableRows());
    expect((await world.collector.stack.archive()).files).toBe(again.files);
  });

  it("keeps what has expired, and devices that were removed", async () => {
    await world.store(...MEASUREMENTS);
    await world.collector.stack.archive();
    const before = await world.archived(COMPARED);
    const { dynamodb, names } = world.collector.stack;
    for (const { device_id, measurement_key } of before)
      await dynamodb.send(
        new DeleteItemCommand({
          TableName: names.measurementsTable,
          Key: { device_id: { S: String(device_id) }, measurement_key: { S: String(measurement_key) } },
        }),
      );
    await world.collector.stack.devices.remove(FARM);
    await world.store([MILL, "0100010700", at(1), "7"], [MILL, "0100010700", at(2), "7"]);
    world.wait();
    await world.collector.stack.archive();
    const [first, second] = await world.tableRows();
    const order = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(order(await world.archived(COMPARED))).toEqual(order([...before, first, second]));
  });

  it("has all of a device that was removed after its last measurement", async () => {
    await world.store(...MEASUREMENTS);
    await world.collector.stack.archive();
    const day = utcDay(NOW);
    await world.store([FARM, "0100010700", Date.parse(`${day}T00:00:01.000Z`), "7"]);
    await world.collector.stack.devices.remove(FARM);
    world.wait(2 * 86_400_000);
    await world.collector.stack.archive();
    await world.store([FARM, "0100010700", Date.parse(`${day}T00:00:02.000Z`), "8"]);
    world.wait();
    await world.collector.stack.archive();
    expect(await world.archived(COMPARED)).toEqual(await world.tableRows());
  });

  it("has an empty file for a day of silence, which readers take", async () => {
    await world.store([HOME, "0100010700", at(1), "1"], [HOME, "0100010700", at(3), "1"]);
    await world.collector.stack.archive();
    expect(await world.files()).toContain("measurements/day=2026-03-02/shard-0-of-1.parquet");
    expect(
      await duckdb(
        `select count(*)::int as n from '${join(world.folder, "measurements/day=2026-03-02/*.parquet")}'`,
      ),
    ).toEqual([{ n: 0 }]);
    expect(await world.archived("day::varchar as day")).toEqual([
      { day: "2026-03-01" },
      { day: "2026-03-03" },
    ]);
  });

  it("skips the time between a device whose clock was wrong and the present", async () => {
    await world.store(
      [HOME, "0100010700", Date.parse("2004-01-01T00:00:00Z"), "1"],
      [FARM, "anything new", Date.parse("2010-01-01T00:00:00Z"), "1"],
      [HOME, "0100010700", at(3), "1"],
    );
    const { files: written } = await world.collector.stack.archive();
    expect(written).toBeLessThan(40);
    expect(await world.archived("day::varchar as day")).toEqual(
      ["2004-01-01", "2026-03-03", "2010-01-01"].map((day) => ({ day })),
    );
  });
});

describe.skipIf(!hasPyarrow)("the archive, read by pyarrow", () => {
  it("has the same types and values", async () => {
    await world.store(...MEASUREMENTS);
    await world.collector.stack.archive();
    const { stdout } = await execute(PYTHON, ["-c", READ_WITH_PYARROW, join(world.folder, "measurements")]);
    const { types, rows } = JSON.parse(stdout);
    expect(types).toMatchObject({
      device_id: "string",
      timestamp: "timestamp[ms, tz=UTC]",
      value: "double",
      value_text: "string",
      ttl: "int64",
    });
    const expected = (await world.archived(COMPARED)).map((row) => [
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
