import type { Device } from "@energylive/core/device/device";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";
import { factsOfType } from "@energylive/core/measurement/obis";

import type { LatestValue } from "../contract.ts";

/**
 * If the newest value is still queued, the one before it is among this many items: about twenty polls. If none was ever
 * stored, reading the whole history each time is not worth it.
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
