import {
  createDeviceRegistry,
  type DeviceRegistry,
  type RegisteredDevice,
} from "@energylive/core/device/registry";
import { DeviceId } from "@energylive/core/measurement/measurement";

import { FailedError, UsageError } from "../errors.ts";
import type { Stage } from "../stage/stage.ts";

export async function openRegistry(stage: Stage): Promise<DeviceRegistry> {
  return createDeviceRegistry({ dynamodb: await stage.dynamodb(), table: stage.names.devicesTable });
}

/** @throws {UsageError} */
export function deviceId(text: string): string {
  const parsed = DeviceId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`"${text}" ${parsed.error.issues[0]?.message}`);
}

/** @throws {FailedError} for a device that is not in the table */
export async function findDevice(registry: DeviceRegistry, id: string): Promise<RegisteredDevice> {
  const device = await registry.find(deviceId(id));
  if (device !== undefined) return device;
  throw unknownDevice(id);
}

export function unknownDevice(id: string): FailedError {
  return new FailedError(`device ${id} not found`, {
    advice: `energylive devices list shows the devices; energylive devices add ${id} adds this one`,
  });
}
