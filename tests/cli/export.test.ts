import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DecimalText } from "@energylive/core/decimal";
import { measurementItem } from "@energylive/core/measurement/item";
import { emptyProfile } from "@energylive/core/profile/profile";
import { namedDay } from "@energylive/core/profile/quarter-hours";
import { createProfileStore } from "@energylive/core/profile/store";
import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { duckdb } from "../support/duckdb.ts";
import { type CliStack, startCliStack } from "./cli.ts";

const ZONE = "Europe/Vienna";
/** More digits than a double holds. */
const LONG = "12345678901234567.123456789";
const AT = Date.parse("2026-06-01T10:00:00.123Z");

let stack: CliStack;
let [home = "", farm = ""]: string[] = [];
beforeAll(async () => {
  stack = await startCliStack(2);
  [home = "", farm = ""] = stack.collector.ids;
  const { dynamodb, names } = stack.collector.stack;
  await stack.collector.put({ device_id: home, name: "Home" });
  await stack.collector.put({ device_id: farm, name: "Farm" });
  await stack.collector.stack.poll({});
  await stack.collector.drained();
  const stored = {
    device_id: home,
    timestamp: AT,
    collection_time: "2026-06-01T10:00:01Z",
    retention_days: 36_500,
  };
  for (const [measurement_type, value] of [
    ["0100010800", LONG],
    ["unknownType", "-0.5"],
  ] as const)
    await dynamodb.send(
      new PutItemCommand({
        TableName: names.measurementsTable,
        Item: measurementItem({ ...stored, measurement_type, value: value as DecimalText }),
      }),
    );
  const profiles = createProfileStore({ dynamodb, table: names.profilesTable });
  const empty = emptyProfile(home, namedDay(ZONE, "2026-10-25"), ZONE);
  await profiles.write({
    ...empty,
    import_wh: empty.import_wh.map((_, index) => (index < 60 ? index : null)),
    export_wh: empty.export_wh.map((_, index) => (index === 0 ? 1.5 : null)),
    quality: "m".repeat(60).padEnd(empty.quality.length, "-"),
  });
});
afterAll(() => stack[Symbol.asyncDispose]());

const path = (name: string) => join(stack.data, name);

describe("the archive", () => {
  it("is written to the stack's folder, where DuckDB reads the days that are over", async () => {
    const { place, files, rows } = await stack.json("archive");
    const folder = join(stack.data, "account", "archive");
    expect(resolve(tmpdir(), place)).toBe(folder);
    expect(files).toBeGreaterThan(1);
    const [{ n } = { n: 0 }] = await duckdb(
      `select count(*)::int as n from '${folder}/measurements/day=2026-06-01/*.parquet' where value_text = '${LONG}'`,
    );
    expect(n).toBe(1);
    expect(rows).toBeGreaterThan(1);
    expect(await stack.json("archive")).toMatchObject({ place, rows: expect.any(Number) });
  });
});

describe("an export", () => {
  it("is a Parquet file whose types and values equal the table, read by DuckDB", async () => {
    const file = path("all.parquet");
    const { rows } = await stack.json("export", "--format", "parquet", file);
    const types = await duckdb(`describe select * from '${file}'`);
    expect(types.map(({ column_name, column_type }) => [column_name, column_type])).toEqual([
      ["device_id", "VARCHAR"],
      ["measurement_key", "VARCHAR"],
      ["timestamp", "TIMESTAMP WITH TIME ZONE"],
      ["iso_timestamp", "VARCHAR"],
      ["measurement_type", "VARCHAR"],
      ["value", "DOUBLE"],
      ["value_text", "VARCHAR"],
      ["unit", "VARCHAR"],
      ["collection_time", "VARCHAR"],
      ["ttl", "BIGINT"],
    ]);
    const stored = [...(await stack.json("query", home)), ...(await stack.json("query", farm))] as Record<
      string,
      unknown
    >[];
    expect(stored.length).toBeGreaterThan(20);
    expect(rows).toBe(stored.length);
    const read = await duckdb(
      `select * exclude (timestamp, value, value_text), epoch_ms(timestamp) as timestamp, value from '${file}' order by device_id, measurement_key`,
    );
    const sorted = stored.toSorted((a, b) =>
      `${a.device_id} ${a.measurement_key}` < `${b.device_id} ${b.measurement_key}` ? -1 : 1,
    );
    expect(read.map((row) => ({ ...row, timestamp: Number(row.timestamp), ttl: Number(row.ttl) }))).toEqual(
      sorted.map((row) => ({ unit: null, ...row })),
    );
    expect(
      await duckdb(
        `select value_text from '${file}' where timestamp = '2026-06-01 10:00:00.123+00' order by 1`,
      ),
    ).toEqual([{ value_text: "-0.5" }, { value_text: LONG }]);
    expect(
      await duckdb(
        `select sum(value) as wh from '${file}' where measurement_type = '0100010800' and device_id = '${farm}'`,
      ),
    ).toEqual([
      {
        wh: (await stack.json("query", farm, "--type", "import")).reduce(
          (sum: number, { value }: { value: number }) => sum + value,
          0,
        ),
      },
    ]);
  });

  it("is of the devices and the time that are named", async () => {
    const file = path("home.csv");
    const { stdout } = await stack.run(
      "export",
      "Home",
      file,
      "--since",
      "2026-06-01",
      "--until",
      "2026-06-02",
    );
    expect(stdout).toContain("home.csv has 2 measurements.");
    expect((await readFile(file, "utf8")).trim().split("\n")).toEqual([
      "device_id,measurement_type,timestamp,iso_timestamp,value,unit,collection_time",
      `${home},0100010800,${AT},2026-06-01T10:00:00.123Z,${LONG},Wh,2026-06-01T10:00:01Z`,
      `${home},unknownType,${AT},2026-06-01T10:00:00.123Z,-0.5,,2026-06-01T10:00:01Z`,
    ]);
    const lines = path("home.ndjson");
    await stack.run("export", "Home", lines, "--until", "2026-06-02");
    expect((await readFile(lines, "utf8")).split("\n")[0]).toContain(`"value":${LONG}`);
  });

  it("has the quarter-hours of load profiles, on a day of 25 hours too", async () => {
    const file = path("profiles.parquet");
    const range = ["--since", "2026-10-25T00:00Z", "--until", "2026-10-26T00:00Z"];
    const { rows } = await stack.json("export", file, "--what", "profiles", ...range);
    // The first eight were on the day before, in UTC.
    expect(rows).toBe(52);
    const whole = path("whole.parquet");
    await stack.run("export", whole, "--what", "profiles");
    expect(
      await duckdb(
        `select count(*)::int as n, sum(import_wh) as wh, sum(export_wh) as fed, count(export_wh)::int as known, min(epoch_ms(quarter_hour)) as first from '${whole}' where day = '2026-10-25'`,
      ),
    ).toEqual([
      { n: 60, wh: (59 * 60) / 2, fed: 1.5, known: 1, first: String(Date.parse("2026-10-24T22:00:00Z")) },
    ]);
  });

  it("is a spreadsheet", async () => {
    const file = path("home.xlsx");
    expect((await stack.json("export", "Home", file, "--until", "2026-06-02")).rows).toBe(2);
    const [names, ...rows] = await readSheet(file);
    expect(names).toEqual(
      ["device_id", "measurement_key", "timestamp", "iso_timestamp", "measurement_type"].concat([
        "value",
        "value_text",
        "unit",
        "collection_time",
        "ttl",
      ]),
    );
    expect(rows.map((row) => [row[0], row[4], row[5], row[6], row[7]])).toEqual([
      [home, "0100010800", Number(LONG), LONG, "Wh"],
      [home, "unknownType", -0.5, "-0.5", null],
    ]);
    // To the second, in UTC.
    expect(String(rows[0]?.[2])).toContain("Jun 01 2026");
  });

  it.each([
    [
      ["x.parquet", "--since", "2026-02", "--until", "2026-01"],
      2,
      "--since 2026-02 is not before --until 2026-01",
    ],
    [
      ["x.txt"],
      2,
      '"x.txt" does not say its format: end it with .parquet, .csv, .ndjson, .xlsx, or give --format',
    ],
    [["nobody", "x.csv"], 1, "nobody"],
    [["/does/not/exist/x.parquet"], 1, "/does/not/exist/x.parquet cannot be written: ENOENT"],
  ])("says what is wrong: %j", async (args, expected, text) => {
    const { code, stderr } = await stack.run("export", ...args);
    expect([code, stderr]).toEqual([expected, expect.stringContaining(text)]);
  });
});
