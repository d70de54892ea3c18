import type { Device } from "@energylive/core/device/device";
import { sameTimeYesterday, startOfDay } from "@energylive/core/energy/calendar";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";

import type { DayEnergy, DeviceSummary } from "../contract.ts";
import { growthOf, netPowerBuckets } from "../energy/quarter-hours.ts";
import type { EnergyReader } from "../energy/reader.ts";
import { latestValues } from "./latest-values.ts";

const SPARKLINE_MS = 86_400_000;

export interface SummaryParts {
  latest: LatestMeasurements;
  energy: EnergyReader;
}

/** What was measured of a device. */
export type MeasuredSummary = Omit<DeviceSummary, "cost">;

/** What the card of a device shows at `now` of what was measured, with the days of a time zone. */
export async function summarize(
  device: Device,
  parts: SummaryParts,
  zone: string,
  now: number,
): Promise<MeasuredSummary> {
  const before = sameTimeYesterday(zone, now);
  const since = Math.min(startOfDay(zone, before), now - SPARKLINE_MS);
  const [latest, profiles] = await Promise.all([
    latestValues(device, parts.latest),
    parts.energy.profiles(device, { from: since, to: now }),
  ]);
  const day = (list: "import_wh" | "export_wh"): DayEnergy => ({
    today_wh: growthOf(profiles, list, startOfDay(zone, now), now),
    yesterday_wh: growthOf(profiles, list, startOfDay(zone, before), before),
  });
  return {
    device_id: device.device_id,
    latest,
    import: day("import_wh"),
    export: day("export_wh"),
    sparkline: netPowerBuckets(profiles, now - SPARKLINE_MS, now),
  };
}
