import type { Device } from "@energylive/core/device/device";
import type { EnergyBar } from "@energylive/core/energy/bars";
import { sameTimeYesterday, startOfDay } from "@energylive/core/energy/calendar";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";

import type { Bucket, DayEnergy, DeviceSummary } from "../contract.ts";
import type { Registers } from "../energy/registers.ts";
import { difference } from "../series/difference.ts";
import { downsample } from "../series/downsample.ts";
import type { SeriesStore } from "../series/store.ts";
import { latestValues } from "./latest-values.ts";

const DRAWN_POWER = "0100010700";
const FED_IN_POWER = "0100020700";
const DRAWN_ENERGY = "0100010800";
const FED_IN_ENERGY = "0100020800";

const SPARKLINE_MS = 86_400_000;

/** 96 buckets: a sparkline has about as many pixels. */
const SPARKLINE_BUCKET_MS = 15 * 60_000;

export interface SummaryParts {
  latest: LatestMeasurements;
  registers: Registers;
  series: SeriesStore;
}

/** What the card of a device shows at `now`, with the days of a time zone. */
export async function summarize(
  device: Device,
  parts: SummaryParts,
  zone: string,
  now: number,
): Promise<DeviceSummary> {
  const [latest, drawn, fedIn, sparkline] = await Promise.all([
    latestValues(device, parts.latest),
    dayEnergy(device, DRAWN_ENERGY, parts, zone, now),
    dayEnergy(device, FED_IN_ENERGY, parts, zone, now),
    powerOfDay(device, parts, now),
  ]);
  return {
    device_id: device.device_id,
    latest,
    import: drawn,
    export: fedIn,
    sparkline,
  };
}

async function dayEnergy(
  device: Device,
  type: string,
  { registers }: SummaryParts,
  zone: string,
  now: number,
): Promise<DayEnergy> {
  // Do not search for a register that it never sent.
  if (device.state.watermarks[type] === undefined) return { today_wh: null, yesterday_wh: null };
  const register = { deviceId: device.device_id, type, intervalSeconds: device.interval_seconds };
  const before = sameTimeYesterday(zone, now);
  const [yesterday, today] = await Promise.all([
    registers.sparse(register, [startOfDay(zone, before), before]),
    registers.sparse(register, [startOfDay(zone, now), now]),
  ]);
  return { today_wh: energyOf(today), yesterday_wh: energyOf(yesterday) };
}

function energyOf([bar]: readonly EnergyBar[]): number | null {
  return bar?.wh ?? null;
}

async function powerOfDay(device: Device, { series }: SummaryParts, now: number): Promise<Bucket[]> {
  const from = Math.floor((now - SPARKLINE_MS) / SPARKLINE_BUCKET_MS) * SPARKLINE_BUCKET_MS;
  const [drawn, fedIn] = await Promise.all(
    [DRAWN_POWER, FED_IN_POWER].map((type) => series.read(device.device_id, type, from, now + 1)),
  );
  if (drawn === undefined || fedIn === undefined) return [];
  return downsample(difference(drawn, fedIn), SPARKLINE_BUCKET_MS);
}
