import type { EnergyPeriod } from "../../chart/bars.ts";
import { viewerZone } from "../../time/zone.ts";
import type { EnergyUnit } from "./energy-data.ts";

const HEAD = ["device_id", "from", "to", "drawn_wh", "fed_in_wh", "estimated", "reset"];

/** The bars as a file for programs: Wh and ISO 8601, independent of the locale. */
export function energyCsv(deviceId: string, periods: readonly EnergyPeriod[]): string {
  const rows = periods.map((period) => [
    deviceId,
    new Date(period.from).toISOString(),
    new Date(period.to).toISOString(),
    whCell(period.import?.wh),
    whCell(period.export?.wh),
    String(period.import?.estimated === true || period.export?.estimated === true),
    String(period.import?.reset === true || period.export?.reset === true),
  ]);
  return [HEAD, ...rows].map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

export function downloadEnergy(deviceId: string, unit: EnergyUnit, periods: readonly EnergyPeriod[]): void {
  const url = URL.createObjectURL(new Blob([energyCsv(deviceId, periods)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${deviceId}-energy-per-${unit}-${viewerZone().replaceAll("/", "-")}.csv`;
  link.click();
  URL.revokeObjectURL(url);
}

/** An unknown value is an empty cell, and zero is 0. */
function whCell(wh: number | null | undefined): string {
  return wh === null || wh === undefined ? "" : String(wh);
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
