import type { Device, InvalidDevice } from "@energylive/core/device/device";
import type { StoredMeasurement } from "@energylive/core/measurement/item";

import type { QueueDepth, Stack } from "@energylive/local/stack";

/** Devices whose measurements the terminal shows; above that, only their number is shown. */
const SHOWN_DEVICES = 12;

/** What the terminal shows of a stack at one moment. */
export interface Snapshot {
  depth: QueueDepth;
  devices: number;
  shown: { device: Device; latest: StoredMeasurement[] }[];
  failing: Device[];
  invalid: InvalidDevice[];
}

/** Reads what the terminal shows. What is published but not stored yet is taken from the snapshot `before`. */
export async function takeSnapshot(stack: Stack, before?: Snapshot): Promise<Snapshot> {
  const depth = await stack.queueDepth();
  const snapshot: Snapshot = { depth, devices: 0, shown: [], failing: [], invalid: [] };
  const devices: Device[] = [];
  for await (const { device, invalid } of stack.devices.all()) {
    snapshot.devices += 1;
    if (invalid !== undefined) snapshot.invalid.push(invalid);
    if (device === undefined) continue;
    if (device.enabled && device.state.consecutive_failures > 0) snapshot.failing.push(device);
    devices.push(device);
  }
  devices.sort(byName);
  for (const device of devices.slice(0, SHOWN_DEVICES)) {
    const latest = await stack.latest.atWatermarks(device);
    const known = before?.shown.find((shown) => shown.device.device_id === device.device_id)?.latest ?? [];
    snapshot.shown.push({ device, latest: withMissing(latest, known) });
  }
  return snapshot;
}

function byName(a: Device, b: Device): number {
  return (a.name ?? a.device_id).localeCompare(b.name ?? b.device_id, undefined, { numeric: true });
}

function withMissing(latest: StoredMeasurement[], known: readonly StoredMeasurement[]): StoredMeasurement[] {
  const types = new Set(latest.map(({ measurement_type }) => measurement_type));
  return [...latest, ...known.filter(({ measurement_type }) => !types.has(measurement_type))];
}
