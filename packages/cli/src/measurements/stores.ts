import type { Device } from "@energylive/core/device/device";
import { createMeasurementHistory, type MeasurementHistory } from "@energylive/core/measurement/history";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import { latestStored } from "@energylive/core/measurement/latest";
import { createMeasurementStore } from "@energylive/core/measurement/store";

import type { Target } from "../target/target.ts";

export async function openHistory(target: Target): Promise<MeasurementHistory> {
  return createMeasurementHistory(await measurementsTable(target));
}

/** Answers a device's latest stored measurement of each type. */
export async function openLatest(target: Target): Promise<(device: Device) => Promise<StoredMeasurement[]>> {
  const options = await measurementsTable(target);
  const table = { store: createMeasurementStore(options), history: createMeasurementHistory(options) };
  return (device) => latestStored(device, table);
}

async function measurementsTable(target: Target) {
  return { dynamodb: await target.dynamodb(), table: target.names.measurementsTable };
}
