/** All devices of the simulated API. */

import { deviceId } from "./device-id.ts";
import { combine, createGatewayHealth, createInterfaceHealth } from "./health.ts";
import type { MeteredQuarterHour } from "./household.ts";
import { createMeter, type Sender } from "./meter.ts";

/**
 * - `interface`: reads a household's meter and reports its own health.
 * - `gateway`: reports only its own health.
 * - `unpaired`: an interface without a gateway, which has nothing to report.
 */
export type DeviceKind = "interface" | "gateway" | "unpaired";

export interface SimulatedDevice extends Sender {
  id: string;
  kind: DeviceKind;
  /** Every quarter-hour of a local day (0 is 1 January 1970), as the meter has it; nothing without a meter. */
  quarterHours(day: number): MeteredQuarterHour[];
}

export interface Fleet {
  ids(): string[];
  get(deviceId: string): SimulatedDevice | undefined;
  /** The next device of its kind. The same seed and number give the same device, whatever was added before. */
  add(kind: DeviceKind): SimulatedDevice;
}

/** Unpaired interfaces are numbered from here, so pairing one does not rename the others. */
const FIRST_UNPAIRED_NUMBER = 50_000_000;

const NO_METER = { quarterHours: () => [] };

export function createFleet(seed: number): Fleet {
  const devices = new Map<string, SimulatedDevice>();
  const counts: Record<DeviceKind, number> = { interface: 0, gateway: 0, unpaired: 0 };
  return {
    ids: () => [...devices.keys()],
    get: (id) => devices.get(id),
    add(kind) {
      const device = createDevice(seed, kind, counts[kind]);
      counts[kind] += 1;
      devices.set(device.id, device);
      return device;
    },
  };
}

function createDevice(seed: number, kind: DeviceKind, number: number): SimulatedDevice {
  switch (kind) {
    case "interface": {
      const meter = createMeter(seed, number);
      const sender = combine([meter, createInterfaceHealth(seed, number)]);
      return { id: deviceId(seed, "I", number), kind, ...sender, quarterHours: meter.quarterHours };
    }
    case "gateway":
      return { ...NO_METER, id: deviceId(seed, "G", number), kind, ...createGatewayHealth(seed, number) };
    case "unpaired":
      return { ...NO_METER, id: deviceId(seed, "I", FIRST_UNPAIRED_NUMBER + number), kind, ...combine([]) };
  }
}
