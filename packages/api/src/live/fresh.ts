import type { Device } from "@energylive/core/device/device";
import type { StoredMeasurement } from "@energylive/core/measurement/item";
import type { LatestMeasurements } from "@energylive/core/measurement/latest";
import pLimit from "p-limit";

/** Devices whose latest measurements are read at once. */
const CONCURRENT_READS = 8;

/** Measurements of polls within this time may not be stored yet. */
const UNDER_WAY_MS = 60_000;

export interface Fresh {
  device_id: string;
  latest: StoredMeasurement[];
}

/**
 * Finds what was stored since the last call. A device's watermarks tell which types have other values; what is published but
 * not yet stored is looked for again until it is there.
 */
export class FreshMeasurements {
  readonly #latest: LatestMeasurements;
  /** Per device and type: the time reported last. It may go back with the device's clock. */
  #told = new Map<string, Map<string, number>>();

  /**
   * @param options.devices what they have now counts as reported, except for what may be in flight
   * @param options.now epoch milliseconds
   */
  constructor(options: { latest: LatestMeasurements; devices: readonly Device[]; now: number }) {
    this.#latest = options.latest;
    for (const { device_id, state } of options.devices) {
      const isUnderWay = Date.parse(state.last_polled_at ?? "") > options.now - UNDER_WAY_MS;
      const told = Object.entries(state.watermarks).map(
        ([type, at]) => [type, isUnderWay ? at - 1 : at] as const,
      );
      this.#told.set(device_id, new Map(told));
    }
  }

  /** @param devices all devices: removed ones are forgotten */
  async find(devices: readonly Device[], isWanted: (deviceId: string) => boolean): Promise<Fresh[]> {
    const there = new Set(devices.map(({ device_id }) => device_id));
    for (const id of this.#told.keys()) if (!there.has(id)) this.#told.delete(id);
    const waiting = devices.filter((device) => isWanted(device.device_id) && this.#isWaiting(device));
    const fresh: Fresh[] = [];
    await pLimit(CONCURRENT_READS).map(waiting, async (device) => {
      const latest = await this.#freshOf(device);
      if (latest.length > 0) fresh.push({ device_id: device.device_id, latest });
    });
    return fresh;
  }

  #isWaiting({ device_id, state }: Device): boolean {
    const told = this.#told.get(device_id);
    return Object.entries(state.watermarks).some(([type, at]) => at !== told?.get(type));
  }

  async #freshOf(device: Device): Promise<StoredMeasurement[]> {
    const told = this.#told.get(device.device_id) ?? new Map<string, number>();
    this.#told.set(device.device_id, told);
    const latest = await this.#latest.atWatermarks(device);
    const fresh = latest.filter(
      ({ measurement_type, timestamp }) => timestamp !== told.get(measurement_type),
    );
    for (const { measurement_type, timestamp } of fresh) told.set(measurement_type, timestamp);
    return fresh;
  }
}
