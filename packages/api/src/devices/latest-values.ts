import type { Device } from "@energylive/core/device/device";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";
import { factsOfType } from "@energylive/core/measurement/obis";

import type { LatestValue } from "../contract.ts";

/**
 * A value that is still queued has one before it among so many: some twenty polls. One that never came as far as the table
 * is not worth reading all of a device's history at every look.
 */
const WITHIN = 200;

/** The latest stored value of each type of a device. */
export async function latestValues(device: Device, latest: LatestMeasurements): Promise<LatestValue[]> {
  return (await latest.ofEachType(device, WITHIN)).map(latestValue);
}

export function latestValue({ measurement_type, value, timestamp }: StoredMeasurement): LatestValue {
  return {
    measurement_type,
    ...factsOfType(measurement_type),
    value,
    timestamp,
  };
}
