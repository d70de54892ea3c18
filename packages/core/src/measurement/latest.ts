import type { Device } from "../device/device.ts";
import type { MeasurementHistory } from "./history.ts";
import type { StoredMeasurement } from "./item.ts";
import type { MeasurementStore } from "./store.ts";

/** What a device sent before its newest poll is nearly always among this many; only for the rest all of it is read. */
const FIRST_LOOK = 200;

/**
 * The latest stored measurement of each type of a device, sorted by type. Of a type whose newest measurement is
 * published and not stored yet, that is the one before. Errors of DynamoDB pass through.
 */
export async function latestStored(
  device: Device,
  table: { store: MeasurementStore; history: MeasurementHistory },
): Promise<StoredMeasurement[]> {
  const found = await table.store.latest(device);
  const missing = new Map(Object.entries(device.state.watermarks));
  for (const { measurement_type } of found) missing.delete(measurement_type);
  for (const limit of [FIRST_LOOK, undefined]) {
    if (missing.size === 0) break;
    const range = { until: Math.max(...missing.values()) + 1, descending: true, limit };
    for await (const measurement of table.history.ofDevice(device.device_id, range)) {
      if (missing.delete(measurement.measurement_type)) found.push(measurement);
      if (missing.size === 0) break;
    }
  }
  return found.sort((a, b) => (a.measurement_type < b.measurement_type ? -1 : 1));
}
