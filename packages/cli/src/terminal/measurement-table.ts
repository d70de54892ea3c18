import type { StoredMeasurement } from "@energylive/core/measurement/item";
import Table from "cli-table3";
import { meaningOf } from "../texts.ts";

/** The measurements of one device as a table, one per row, with the time in the reader's zone. */
export function measurementTable(measurements: readonly StoredMeasurement[]): string {
  const table = new Table({
    head: ["type", "meaning", "value", "unit", "measured at"],
    colAligns: ["left", "left", "right", "left", "left"],
    style: { head: [], border: [], compact: true },
  });
  for (const { measurement_type, value, unit = "", timestamp } of measurements) {
    table.push([measurement_type, meaningOf(measurement_type), value, unit, localTime(timestamp)]);
  }
  return table.toString();
}

/** `2026-11-24 09:05:12`, in the zone of this machine. */
export function localTime(epochMs: number): string {
  return new Date(epochMs).toLocaleString("sv-SE");
}
