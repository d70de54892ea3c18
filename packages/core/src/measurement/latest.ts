import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import { getItems } from "../batch-get.ts";
import type { Device } from "../device/device.ts";
import { createMeasurementHistory } from "./history.ts";
import { type StoredMeasurement, storedMeasurement } from "./item.ts";
import { measurementKey } from "./measurement.ts";
import type { MeasurementsTable } from "./pages.ts";

/** Reads the latest stored measurements of a device, one of each type, sorted by type. */
export interface LatestMeasurements {
  /** Those that the watermarks of its state name: a type whose newest is published and not stored yet is left out. */
  atWatermarks(device: Device): Promise<StoredMeasurement[]>;
  /**
   * Of a type whose newest is published and not stored yet, the one before.
   *
   * @param within searches only this many of the newest measurements; without it, all of them
   */
  ofEachType(device: Device, within?: number): Promise<StoredMeasurement[]>;
}

/** What a device sent before its newest poll is nearly always among this many; only for the rest all of it is read. */
const FIRST_LOOK = 200;

/** Errors of DynamoDB pass through. */
export function createLatestMeasurements(table: MeasurementsTable): LatestMeasurements {
  const history = createMeasurementHistory(table);

  async function atWatermarks(device: Device): Promise<StoredMeasurement[]> {
    const found = await getItems(table, keysAtWatermarks(device));
    return found.map(storedMeasurement).sort(byType);
  }

  return {
    atWatermarks,

    async ofEachType(device, within) {
      const found = await atWatermarks(device);
      const missing = new Map(Object.entries(device.state.watermarks));
      for (const { measurement_type } of found) missing.delete(measurement_type);
      for (const limit of within === undefined ? [FIRST_LOOK, undefined] : [within]) {
        if (missing.size === 0) break;
        const range = { until: Math.max(...missing.values()) + 1, descending: true, limit };
        for await (const measurement of history.ofDevice(device.device_id, range)) {
          if (missing.delete(measurement.measurement_type)) found.push(measurement);
          if (missing.size === 0) break;
        }
      }
      return found.sort(byType);
    },
  };
}

type Key = Record<string, AttributeValue>;

function keysAtWatermarks({ device_id, state }: Device): Key[] {
  return Object.entries(state.watermarks).map(([measurement_type, timestamp]) => ({
    device_id: { S: device_id },
    measurement_key: { S: measurementKey({ measurement_type, timestamp }) },
  }));
}

function byType(a: StoredMeasurement, b: StoredMeasurement): number {
  return a.measurement_type < b.measurement_type ? -1 : 1;
}
