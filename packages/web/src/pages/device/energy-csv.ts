import type { EnergySum } from "@energylive/api/contract";
import { isEstimated, isReset } from "../../chart/bars.ts";
import { viewerZone } from "../../time/zone.ts";
import type { EnergyUnit } from "./energy-data.ts";

const HEAD = ["device_id", "from", "to", "drawn_wh", "fed_in_wh", "estimated", "reset"];

/** The bars as a file for programs: Wh and ISO 8601, independent of the locale. */
export function energyCsv(deviceId: string, periods: readonly EnergySum[]): string {
  const rows = periods.map((period) => [
    deviceId,
    new Date(period.from).toISOString(),
    new Date(period.to).toISOString(),
    whCell(period.import_wh),
    whCell(period.export_wh),
    String(isEstimated(period)),
    String(isReset(period)),
  ]);
  return [HEAD, ...rows].map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

export function downloadEnergy(deviceId: string, unit: EnergyUnit, periods: readonly EnergySum[]): void {
  const url = URL.createObjectURL(new Blob([energyCsv(deviceId, periods)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${deviceId}-energy-per-${unit}-${viewerZone().replaceAll("/", "-")}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

/** An unknown value is an empty cell, and zero is 0. */
function whCell(wh: number | null): string {
  return wh === null ? "" : String(wh);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
