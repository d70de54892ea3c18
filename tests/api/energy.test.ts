import type { DeviceSummary, EnergySeries, EnergySum } from "@energylive/api/contract";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Collector, startCollector } from "../e2e/collector.ts";
import { profileAll } from "../support/profiles.ts";
import { openDashboard, type TestDashboard } from "./support/dashboard.ts";
import { createTableWriter, type Sent } from "./support/measurements.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DRAWN = "0100010800";

const SPRING = "I-01012020-00000001";
const AUTUMN = "I-01012020-00000002";
const RESET = "I-01012020-00000003";
const TODAY = "I-01012020-00000004";
const NEW = "I-01012020-00000005";

/** Noon in Vienna, on a Monday in summer. */
const NOW = Date.parse("2026-08-17T10:00Z");

let collector: Collector;
let dashboard: TestDashboard;
let write: (measurements: readonly Sent[]) => Promise<void>;

/** Readings of a register that grows by 1 Wh a minute, and other types beside it. */
function steady(device_id: string, from: string, to: string, everyMs: number, start = 1_000_000): Sent[] {
  const readings: Sent[] = [];
  const [first, end] = [Date.parse(from), Date.parse(to)];
  for (let at = first; at < end; at += everyMs) {
    readings.push({
      device_id,
      measurement_type: DRAWN,
      timestamp: at,
      value: start + (at - first) / MINUTE,
    });
    for (const measurement_type of ["0100010700", "batteryVoltage"])
      readings.push({ device_id, measurement_type, timestamp: at, value: 1 });
  }
  return readings;
}

function periods(device: string, unit: string, from: string, to: string): Promise<EnergySum[]> {
  const query = {
    device,
    unit,
    zone: "Europe/Vienna",
    from: `${Date.parse(from)}`,
    to: `${Date.parse(to)}`,
  };
  return dashboard
    .json<EnergySeries>(`/api/energy?${new URLSearchParams(query)}`)
    .then(({ periods: those }) => those);
}

const hours = (those: readonly EnergySum[]) => those.map(({ from, to }) => (to - from) / HOUR);
const energy = (those: readonly EnergySum[]) => those.map(({ import_wh }) => import_wh);
const isEstimated = ({ quarter_hours }: EnergySum) => quarter_hours.estimated > 0;
const isReset = ({ quarter_hours }: EnergySum) => quarter_hours.reset > 0;
const sum = (those: readonly EnergySum[]) =>
  those.reduce((total, { import_wh }) => total + (import_wh ?? 0), 0);

beforeAll(async () => {
  collector = await startCollector();
  const { dynamodb, names } = collector.stack;
  write = createTableWriter({ dynamodb, names });
  await write([
    ...steady(SPRING, "2026-03-27T10:07Z", "2026-03-31T10:00Z", 10 * MINUTE),
    ...steady(AUTUMN, "2026-10-23T10:07Z", "2026-10-27T10:00Z", 10 * MINUTE),
    ...steady(RESET, "2026-06-01T00:02Z", "2026-06-03T09:00Z", 5 * MINUTE, 7_000_000),
    // A new meter after four hours without one, read until the end of the month except for a gap of two days.
    ...steady(RESET, "2026-06-03T13:00Z", "2026-06-10T00:00Z", 15 * MINUTE, 50),
    ...steady(
      RESET,
      "2026-06-12T00:00Z",
      "2026-07-02T12:00Z",
      15 * MINUTE,
      50 + (8 * DAY + 11 * HOUR) / MINUTE,
    ),
    ...steady(TODAY, "2026-08-15T22:00Z", "2026-08-17T09:58Z", 5 * MINUTE),
  ]);
  await profileAll([SPRING, AUTUMN, RESET, TODAY], collector.stack);
  await collector.put({
    device_id: TODAY,
    state: { consecutive_failures: 0, watermarks: { [DRAWN]: Date.parse("2026-08-17T09:55Z") } },
  });
  for (const device_id of [SPRING, AUTUMN, RESET]) await collector.put({ device_id, interval_seconds: 600 });
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  dashboard = await openDashboard(collector, { clock });
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await collector[Symbol.asyncDispose]();
});

describe("energy per day", () => {
  it("has 23 hours on the day the clocks go forward, and 25 on the day they go back", async () => {
    const spring = await periods(SPRING, "day", "2026-03-27T23:00Z", "2026-03-30T22:00Z");
    expect(hours(spring)).toEqual([24, 23, 24]);
    expect(energy(spring)).toEqual([24 * 60, 23 * 60, 24 * 60]);
    const autumn = await periods(AUTUMN, "day", "2026-10-23T22:00Z", "2026-10-26T23:00Z");
    expect(hours(autumn)).toEqual([24, 25, 24]);
    expect(energy(autumn)).toEqual([24 * 60, 25 * 60, 24 * 60]);
    expect([...spring, ...autumn].some((day) => isEstimated(day) || isReset(day))).toBe(false);
  });

  it("is of exactly the range: the first and the last day are cut by it", async () => {
    const days = await periods(SPRING, "day", "2026-03-28T12:00Z", "2026-03-30T12:00Z");
    expect(hours(days)).toEqual([11, 23, 14]);
    expect(energy(days)).toEqual([11 * 60, 23 * 60, 14 * 60]);
  });

  it("equals the sum of its hours, of which the day of 25 has 25", async () => {
    const [from, to] = ["2026-10-24T22:00Z", "2026-10-25T23:00Z"];
    const byHour = await periods(AUTUMN, "hour", from, to);
    expect(hours(byHour)).toEqual(Array(25).fill(1));
    expect(sum(byHour)).toBeCloseTo(sum(await periods(AUTUMN, "day", from, to)), 6);
  });

  it("counts what is known of the first and the last day, and nothing of days without a reading", async () => {
    const days = await periods(SPRING, "day", "2026-03-24T23:00Z", "2026-04-02T22:00Z");
    expect(energy(days).map((wh) => wh === null)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    // From the first reading to the last.
    expect(sum(days)).toBeCloseTo(4 * 24 * 60 - 10, 6);
    expect(days.map(({ export_wh }) => export_wh)).toEqual(Array(9).fill(null));
    expect(days.map(({ quarter_hours }) => quarter_hours.missing)).toEqual([
      ...[96, 96, 44, 0, 0, 0, 48, 96, 96],
    ]);
  });

  it("counts a new meter from its first reading, flags the day, and loses no reading before or after", async () => {
    const days = await periods(RESET, "day", "2026-06-01T22:00Z", "2026-06-04T22:00Z");
    // The day begins two hours before its first UTC hour: 9 hours less 3 minutes of readings, and 9 hours after the gap.
    expect(energy(days)[0]).toBeCloseTo(24 * 60, 6);
    expect(energy(days)[1]).toBeCloseTo(10 * 60 + 57 + 9 * 60, 6);
    expect(days.map(isReset)).toEqual([false, true, false]);
  });

  it("spreads the energy of a gap over it, and flags the days that it touches", async () => {
    const days = await periods(RESET, "day", "2026-06-07T22:00Z", "2026-06-13T22:00Z");
    expect(sum(days)).toBeCloseTo(6 * 24 * 60, 6);
    expect(energy(days).every((wh) => wh !== null && wh > 1_000)).toBe(true);
    expect(days.map(isEstimated)).toEqual([false, false, true, true, true, false]);
  });
});

describe("energy per month", () => {
  it("equals the sum of its days, including a reset", async () => {
    const months = await periods(RESET, "month", "2026-05-31T22:00Z", "2026-07-31T22:00Z");
    const days = await periods(RESET, "day", "2026-05-31T22:00Z", "2026-06-30T22:00Z");
    expect(months).toHaveLength(2);
    expect(months[0]?.import_wh).toBeCloseTo(sum(days), 6);
    expect(months.map(isReset)).toEqual([true, false]);
    expect(months[1]?.import_wh).toBeGreaterThan(0);
  });
});

describe("energy as CSV", () => {
  const csv = (query: Record<string, string>) =>
    dashboard.get(
      `/api/energy.csv?${new URLSearchParams({ device: RESET, unit: "day", zone: "Europe/Vienna", ...query })}`,
    );

  it("has the same sums, in local days beside UTC, and tells zero from unknown", async () => {
    const [from, to] = ["2026-06-01T22:00Z", "2026-06-04T22:00Z"];
    const response = await csv({ from: `${Date.parse(from)}`, to: `${Date.parse(to)}` });
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="energylive_${RESET}_energy-per-day_2026-06-02_2026-06-04.csv"`,
    );
    const text = await response.text();
    expect(text).not.toContain("\r");
    const rows: Record<string, string>[] = parse(text, { columns: true });
    const days = await periods(RESET, "day", from, to);
    expect(rows.map(({ drawn_wh }) => Number(drawn_wh))).toEqual(energy(days));
    expect(rows.map(({ fed_in_wh }) => fed_in_wh)).toEqual(["", "", ""]);
    expect(rows.map(({ reset }) => reset)).toEqual(["false", "true", "false"]);
    expect(rows[0]).toMatchObject({
      from: "2026-06-01T22:00:00.000Z",
      from_local: "2026-06-02T00:00:00.000+02:00",
      to_local: "2026-06-03T00:00:00.000+02:00",
    });
  });

  it("has semicolons and decimal commas where asked, and nothing of the future", async () => {
    const [from, to] = [`${Date.parse("2026-08-15T22:00Z")}`, `${Date.parse("2026-08-19T22:00Z")}`];
    const text = await (await csv({ device: TODAY, from, to, decimal: "comma" })).text();
    const rows: Record<string, string>[] = parse(text, { columns: true, delimiter: ";", bom: true });
    expect(rows.map(({ drawn_wh }) => drawn_wh)).toEqual(["1440", "715"]);
  });
});

describe("a card", () => {
  it("compares today until now with yesterday until the same time on the clock", async () => {
    const summary = await dashboard.json<DeviceSummary>(`/api/devices/${TODAY}/summary?zone=Europe/Vienna`);
    expect(summary.import).toEqual({ today_wh: 12 * 60 - 5, yesterday_wh: 12 * 60 });
    expect(summary.export).toEqual({ today_wh: null, yesterday_wh: null });
    const inTokyo = await dashboard.json<DeviceSummary>(`/api/devices/${TODAY}/summary?zone=Asia/Tokyo`);
    // Midnight was 19 hours ago there, and a day before it nothing was stored yet.
    expect(inTokyo.import).toEqual({ today_wh: 19 * 60 - 5, yesterday_wh: 12 * 60 });
  });

  it("has what the profiler wrote since another request of the same moment", async () => {
    const card = () => dashboard.json<DeviceSummary>(`/api/devices/${NEW}/summary?zone=Europe/Vienna`);
    const send = async (at: string, value: number) => {
      const timestamp = Date.parse(at);
      await write([{ device_id: NEW, measurement_type: DRAWN, timestamp, value }]);
      await profileAll([NEW], collector.stack);
      await collector.put({
        device_id: NEW,
        state: { consecutive_failures: 0, watermarks: { [DRAWN]: timestamp } },
      });
    };
    await send("2026-08-17T09:46Z", 1_000);
    expect((await card()).import.today_wh).toBeNull();
    await send("2026-08-17T09:56Z", 1_250);
    expect((await card()).import.today_wh).toBe(250);
  });
});
