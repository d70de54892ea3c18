import type { Bucket, DeviceSummary, EnergySeries, SeriesTile } from "@energylive/api/contract";
import { createMeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { profileAll } from "../support/profiles.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";
import { seedHistory } from "./support/history.ts";
import { createTableWriter, type Sent } from "./support/measurements.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const POWER = "0100010700";
const REGISTER = "0100010800";

/** A type whose name a spreadsheet would run, and a page might. */
const HOSTILE = '=HYPERLINK("http://evil.example","<script>alert(1)</script>")';

const TODAY = Math.floor(Date.now() / DAY) * DAY;
const FROM = TODAY - 18 * DAY;
const TO = TODAY - 15 * DAY;
const GAP = { from: FROM + 20 * HOUR, to: FROM + 27 * HOUR };
const PEAK_AT = FROM + 40 * HOUR + 7 * MINUTE;

let collector: Collector;
let dashboard: TestDashboard;
let id: string;
let write: (measurements: readonly Sent[]) => Promise<void>;
/** The dashboard's clock, ahead of the wall clock. */
let aheadMs = 0;

beforeAll(async () => {
  collector = await startCollector();
  const { dynamodb, names } = collector.stack;
  const isGap = (at: number) => at >= GAP.from && at < GAP.to;
  [id = ""] = await seedHistory({ dynamodb, names, from: FROM, to: TO, isGap });
  write = createTableWriter({ dynamodb, names });
  await write([
    { device_id: id, measurement_type: POWER, timestamp: PEAK_AT, value: 1_000_000 },
    {
      device_id: id,
      measurement_type: HOSTILE,
      timestamp: PEAK_AT,
      value: "-1.00000000000000000000000000001",
    },
  ]);
  await profileAll([id], { dynamodb, names }, { since: FROM, until: TO });
  const clock = { now: () => Date.now() + aheadMs, sleep: () => Promise.resolve() };
  dashboard = await openDashboard(collector, { clock });
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

async function stored(type?: string, from = FROM, to = TO): Promise<StoredMeasurement[]> {
  const { dynamodb, names } = collector.stack;
  const history = createMeasurementHistory({ dynamodb, table: names.measurementsTable });
  return Array.fromAsync(history.ofDevice(id, { since: from, until: to }, type));
}

function tile(bucket: number, from = FROM, to = TO, type = POWER): Promise<SeriesTile> {
  const [start, end] = [Math.floor(from / bucket) * bucket, Math.ceil(to / bucket) * bucket];
  const query = new URLSearchParams({
    device: id,
    type,
    from: `${start}`,
    to: `${end}`,
    bucket: `${bucket}`,
  });
  return dashboard.json(`/api/series?${query}`);
}

/** By another way than the server's: every measurement is put into its bucket on its own. */
function expected(measurements: readonly StoredMeasurement[], bucket: number): Bucket[] {
  const byBucket = Map.groupBy(measurements, ({ timestamp }) => timestamp - (timestamp % bucket));
  return [...byBucket].map(([start, members]) => {
    const values = members.map(({ value }) => Number(value));
    const last = members.at(-1);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      start,
      Math.min(...values),
      Math.max(...values),
      mean,
      Number(last?.value),
      last?.timestamp ?? 0,
      values.length,
    ];
  });
}

describe("a series", () => {
  it.each([
    ["a minute", MINUTE, POWER],
    ["five minutes", 5 * MINUTE, POWER],
    ["an hour", HOUR, REGISTER],
    ["seven hours", 7 * HOUR, REGISTER],
  ])(
    "shows smallest, largest, mean and last value of the table in buckets of %s",
    async (_, bucket, type) => {
      const { buckets, closed } = await tile(bucket, FROM, TO, type);
      const all = await stored(type, Math.floor(FROM / bucket) * bucket, Math.ceil(TO / bucket) * bucket);
      expect(buckets).toEqual(expected(all, bucket));
      // What may still wait in the queue is not closed.
      expect(closed).toBe(Math.ceil(TO / bucket) * bucket <= Date.now() - 14 * DAY);
    },
  );

  it("shows power in whole quarter-hours from the load profile: what the register counted, and no peak hidden", async () => {
    for (const bucket of [15 * MINUTE, 3 * HOUR]) {
      const { buckets } = await tile(bucket);
      const energy = await dashboard.json<EnergySeries>(
        `/api/energy?${new URLSearchParams({ device: id, from: `${FROM}`, to: `${TO}`, unit: "quarter", zone: "UTC" })}`,
      );
      const counted = Map.groupBy(energy.periods, ({ from }) => Math.floor(from / bucket) * bucket);
      const whole = buckets.filter(
        ([start]) => start > FROM && (start < GAP.from - bucket || start > GAP.to + bucket),
      );
      expect(whole.length).toBeGreaterThan(0);
      for (const [start, minimum, maximum, mean] of whole) {
        const quarters = counted.get(start) ?? [];
        const watts =
          quarters.reduce((sum, { import_wh }) => sum + (import_wh ?? 0) * 4, 0) / quarters.length;
        expect(mean).toBeGreaterThanOrEqual(minimum);
        expect(mean).toBeLessThanOrEqual(maximum);
        // A mean that lies outside of what was measured is drawn at its edge.
        if (bucket === 15 * MINUTE) expect(mean).toBeCloseTo(Math.min(maximum, Math.max(minimum, watts)), 6);
      }
      expect(buckets.some(([, , maximum]) => maximum === 1_000_000)).toBe(true);
    }
  });

  it("is the same in tiles as in one", async () => {
    const whole = await tile(15 * MINUTE);
    const tiles = await Promise.all(
      [0, 1, 2].map((day) => tile(15 * MINUTE, FROM + day * DAY, FROM + (day + 1) * DAY)),
    );
    expect(tiles.flatMap(({ buckets }) => buckets)).toEqual(whole.buckets);
  });

  it("has no bucket where nothing was measured", async () => {
    const { buckets } = await tile(5 * MINUTE);
    expect(buckets.filter(([start]) => start >= GAP.from && start + 5 * MINUTE <= GAP.to)).toEqual([]);
    const { buckets: none } = await tile(HOUR, FROM - 400 * DAY, FROM - 390 * DAY);
    expect(none).toEqual([]);
  });

  it("says where raw measurements of a long time are", async () => {
    const response = await dashboard.get(
      `/api/series?${new URLSearchParams({ device: id, type: REGISTER, from: "0", to: `${8 * DAY}`, bucket: `${HOUR}` })}`,
    );
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringMatching(/\/api\/csv has them all/),
    ]);
  });

  it("shows what was stored since", async () => {
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    const at = (minutesAgo: number): Sent => ({
      device_id: id,
      measurement_type: POWER,
      timestamp: now - minutesAgo * MINUTE,
      value: minutesAgo,
    });
    const shown = async () => {
      // Two requests of one moment share a read.
      aheadMs += 1_000;
      return (await tile(MINUTE, now - 3 * HOUR, now + MINUTE)).buckets.map(([, , maximum]) => maximum);
    };
    await write([at(60), at(20)]);
    expect(await shown()).toEqual([60, 20]);
    await write([at(10), at(50)]);
    expect(await shown()).toEqual([60, 50, 20, 10]);
    expect((await tile(MINUTE, now - 3 * HOUR, now)).closed).toBe(false);
  });
});

describe("a summary", () => {
  it("gives a day of drawn minus fed-in power", async () => {
    const now = Date.now() + aheadMs;
    const at = Math.floor(now / (15 * MINUTE)) * 15 * MINUTE - 12 * HOUR;
    await write([
      { device_id: id, measurement_type: POWER, timestamp: at + 1, value: 500 },
      { device_id: id, measurement_type: "0100020700", timestamp: at + 2, value: 700 },
    ]);
    await profileAll([id], collector.stack, { since: at });
    const { sparkline } = await dashboard.json<DeviceSummary>(`/api/devices/${id}/summary?zone=UTC`);
    expect(sparkline.find(([start]) => start === at)).toEqual([
      at,
      -200,
      -200,
      -200,
      -200,
      at + 15 * MINUTE,
      2,
    ]);
  });
});

describe("a CSV file", () => {
  const csv = async (query: Record<string, string>) =>
    dashboard.get(`/api/csv?${new URLSearchParams({ device: id, from: `${FROM}`, to: `${TO}`, ...query })}`);

  it("contains what the table contains, with all digits", async () => {
    const response = await csv({});
    const all = await stored();
    const rows: Record<string, string>[] = parse(await response.text(), { columns: true });
    expect(rows).toHaveLength(all.length);
    expect(rows.length).toBeGreaterThan(3_000);
    for (const [index, row] of rows.entries()) {
      const { device_id, timestamp, iso_timestamp, value, unit = "", collection_time } = all[index] ?? {};
      expect(row).toMatchObject({
        device_id,
        timestamp: `${timestamp}`,
        iso_timestamp,
        value,
        unit,
        collection_time,
      });
    }
    expect(rows.map(({ value }) => value)).toContain("-1.00000000000000000000000000001");
  });

  it("contains one of the requested types, and has a file name that every system takes", async () => {
    const response = await csv({ type: POWER, zone: "Pacific/Kiritimati" });
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const local = (at: number) => new Date(at + 14 * HOUR).toISOString().slice(0, 10);
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="energylive_${id}_${POWER}_${local(FROM)}_${local(TO - 1)}.csv"`,
    );
    const rows: Record<string, string>[] = parse(await response.text(), { columns: true });
    expect(rows).toHaveLength((await stored(POWER)).length);
  });

  it("has the local time beside the one in UTC, and one kind of line end", async () => {
    const text = await (await csv({ type: POWER, zone: "Asia/Kathmandu" })).text();
    expect(text).not.toContain("\r");
    const [first]: Record<string, string>[] = parse(text, { columns: true });
    expect(first?.local_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:45$/);
    expect(Date.parse(first?.local_time ?? "")).toBe(Date.parse(first?.iso_timestamp ?? ""));
  });

  it("has semicolons and decimal commas where asked, so a German Excel opens it in columns", async () => {
    const bytes = Buffer.from(await (await csv({ decimal: "comma" })).arrayBuffer());
    const text = bytes.toString();
    const rows: Record<string, string>[] = parse(text, { columns: true, delimiter: ";", bom: true });
    const all = await stored();
    expect(rows.map(({ value }) => value?.replace(",", "."))).toEqual(all.map(({ value }) => value));
    expect(rows.some(({ value }) => value?.includes(","))).toBe(true);
    // Excel takes UTF-8 without it for another encoding.
    expect(text.startsWith("\uFEFF")).toBe(true);
  });

  it("contains nothing that a spreadsheet runs, whatever a device calls its types", async () => {
    const response = await csv({ type: HOSTILE });
    expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+\.csv"$/);
    const text = await response.text();
    const rows: Record<string, string>[] = parse(text, { columns: true });
    expect(rows.map(({ measurement_type }) => measurement_type)).toEqual([`'${HOSTILE}`]);
    expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
  });

  it("has only its header where nothing is stored", async () => {
    const response = await csv({ from: "0", to: "1" });
    expect(await response.text()).toBe(
      "device_id,measurement_type,timestamp,iso_timestamp,local_time,value,unit,collection_time\n",
    );
  });
});
