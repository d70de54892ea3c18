import { stripVTControlCharacters } from "node:util";
import type { MeasuredSummary } from "@energylive/api/devices/summary";
import type { DeviceReport } from "@energylive/core/device/health";
import { describe, expect, it } from "vitest";

import { type ScreenState, screen } from "./screen.ts";
import type { Snapshot } from "./snapshot.ts";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const ADDRESS = `http://127.0.0.1:8321/?token=${"t".repeat(43)}`;

const STATE: ScreenState = {
  source: "simulated energyLIVE API (http://127.0.0.1:32893/api/v1)",
  isSimulated: true,
  dashboard: ADDRESS,
  past: 0.3,
  stored: 87,
  lastRun: {
    at: NOW - 2_000,
    result: { polled: 5, failed: 0, skipped: 0, deferred: 0, published: 9, unchanged: 1, quarantined: 0 },
  },
  nextAt: NOW + 3_000,
  warnings: [`12:00:00 dashboard_port_taken ${"x".repeat(200)}`],
};

function report(index: number): DeviceReport {
  const last_error = {
    code: "timeout",
    message: `no answer within 10 s ${"y".repeat(90)}`,
    at: "2026-11-25T11:59:00Z",
  };
  return {
    device_id: `I-10082023-${String(index).padStart(8, "0")}`,
    name: `A household with a name that is rather long, number ${index}`,
    health: index < 4 ? "failing" : "ok",
    newest_measurement_at: "2026-11-25T11:59:30Z",
    consecutive_failures: index < 4 ? 3 : 0,
    ...(index < 4 ? { last_error } : {}),
  };
}

function snapshot(devices: number): Snapshot {
  const reports = Array.from({ length: devices }, (_, index) => report(index));
  const summary = (device_id: string): MeasuredSummary => ({
    device_id,
    latest: [
      { measurement_type: "0100010700", value: "0", timestamp: NOW },
      { measurement_type: "0100020700", value: "1234.5", timestamp: NOW },
    ],
    import: { today_wh: 12_345, yesterday_wh: 1 },
    export: { today_wh: null, yesterday_wh: null },
    sparkline: [],
  });
  return {
    depth: { waiting: 7, inFlight: 5, dlq: 2, profiles: 0 },
    reports,
    summaries: new Map(reports.map(({ device_id }) => [device_id, summary(device_id)])),
  };
}

describe("the screen of npm start", () => {
  it.each([
    [80, 24, 1],
    [80, 24, 5],
    [80, 24, 500],
    [120, 30, 500],
    [60, 14, 500],
  ])(
    "fits into %d columns and %d rows with %d devices, and has the whole address",
    (columns, rows, devices) => {
      const text = stripVTControlCharacters(screen(STATE, snapshot(devices), NOW, { columns, rows }));
      const lines = text.split("\n");
      const isAddress = (line: string) => line.includes(ADDRESS);
      const wrapped = Math.ceil((7 + ADDRESS.length) / columns) - 1;
      expect(lines.length + wrapped).toBeLessThanOrEqual(rows);
      expect(lines.some(isAddress)).toBe(true);
      for (const line of lines.filter((each) => !isAddress(each)))
        expect(line.length).toBeLessThanOrEqual(columns);
      const shown = lines.filter((line) => line.startsWith("A househ") && line.includes(" kWh"));
      expect(shown.length).toBeGreaterThanOrEqual(Math.min(devices, 1));
      if (shown.length < devices) expect(text).toContain(`and ${devices - shown.length} more`);
    },
  );

  it("has power, today's energy, age and health of a device, and what is on its way", () => {
    const text = stripVTControlCharacters(screen(STATE, snapshot(5), NOW, { columns: 80, rows: 24 }));
    expect(text).toMatch(/-1234 W +12\.35 kWh +– +30 s +failing\n/);
    expect(text).toContain("87 stored, 12 on their way, 2 dead letters");
    expect(text).toContain("5 devices polled 2 s ago, next in 3 s");
  });

  it("uses all rows: every device has a line if there is room for all of them", () => {
    const state = { ...STATE, past: undefined, warnings: [] };
    const well = snapshot(8);
    well.reports = well.reports.map(({ last_error: _, ...each }) => ({ ...each, health: "ok" }));
    const lines = (rows: number) => screen(state, well, NOW, { columns: 80, rows }).split("\n");
    expect(lines(16)).toHaveLength(16);
    expect(lines(16).join()).not.toContain("more");
    expect(lines(15)).toHaveLength(15);
    expect(lines(15).join()).toContain("and 2 more");
  });
});
