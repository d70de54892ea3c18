import { type MeasuredSummary, summarize } from "@energylive/api/devices/summary";
import { createEnergyReader } from "@energylive/api/energy/reader";
import { systemClock } from "@energylive/core/clock";
import type { Device } from "@energylive/core/device/device";
import { type DeviceReport, reportOn, sortReports } from "@energylive/core/device/health";
import { createPointReader } from "@energylive/core/measurement/points";
import { createProfileStore } from "@energylive/core/profile/store";
import type { QueueDepth, Stack } from "@energylive/local/stack";

/** What the terminal shows of a stack at one moment. */
export interface Snapshot {
  depth: QueueDepth;
  /** Worst health first, then by name. */
  reports: DeviceReport[];
  /** What is stored of the first of them, by device. */
  summaries: Map<string, MeasuredSummary>;
}

/**
 * @param most reads measurements of at most this many devices
 * @returns reads what the terminal shows
 */
export function createSnapshots(stack: Stack): (most: number) => Promise<Snapshot> {
  const { dynamodb, names, latest } = stack;
  const energy = createEnergyReader({
    points: createPointReader({ dynamodb, table: names.measurementsTable }),
    profiles: createProfileStore({ dynamodb, table: names.profilesTable }),
    clock: systemClock,
  });
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

  return async (most) => {
    const depth = await stack.queueDepth();
    const now = Date.now();
    const devices = new Map<string, Device>();
    const reports: DeviceReport[] = [];
    for await (const registered of stack.devices.all()) {
      reports.push(reportOn(registered, now, true));
      if (registered.device !== undefined) devices.set(registered.device.device_id, registered.device);
    }
    sortReports(reports);
    const summaries = new Map<string, MeasuredSummary>();
    for (const { device_id } of reports.slice(0, most)) {
      const device = devices.get(device_id);
      if (device !== undefined)
        summaries.set(device_id, await summarize(device, { latest, energy }, timeZone, now));
    }
    return { depth, reports, summaries };
  };
}
