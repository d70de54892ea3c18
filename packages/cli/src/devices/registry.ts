import type { Device } from "@energylive/core/device/device";
import {
  createDeviceRegistry,
  type DeviceRegistry,
  type RegisteredDevice,
} from "@energylive/core/device/registry";
import { DeviceId } from "@energylive/core/measurement/measurement";

import { FailedError, UsageError } from "../errors.ts";
import { commandFor, type Stage } from "../stage/stage.ts";

export async function openRegistry(stage: Stage): Promise<DeviceRegistry> {
  return createDeviceRegistry({ dynamodb: await stage.dynamodb(), table: stage.names.devicesTable });
}

/** @throws {UsageError} */
export function deviceId(text: string): string {
  const parsed = DeviceId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`"${text}" ${parsed.error.issues[0]?.message}`);
}

/** What a command that takes a device says of its argument. */
export const DEVICE_ARGUMENT = "its id, its name, or a part that only one device has";

/** Devices that a message names, if a text fits several. */
const NAMED = 5;

interface NamedDevice {
  id: string;
  name: string;
}

/**
 * The id of the device that a person means: by its id, its name, or a part of either that only one device has, ignoring case. An id need
 * not be in the table: what a removed device sent is still stored.
 *
 * @throws {FailedError} if no device fits, or several
 */
export async function deviceNamed(registry: DeviceRegistry, text: string): Promise<string> {
  if (DeviceId.safeParse(text).success) return text;
  const wanted = text.trim().toLocaleLowerCase();
  const exact: NamedDevice[] = [];
  const partial: NamedDevice[] = [];
  for await (const { config } of registry.all()) {
    const device = { id: String(config.device_id), name: typeof config.name === "string" ? config.name : "" };
    if (device.name.toLocaleLowerCase() === wanted) exact.push(device);
    else if (`${device.name}\n${device.id}`.toLocaleLowerCase().includes(wanted)) partial.push(device);
  }
  const found = exact.length === 0 ? partial : exact;
  const [only] = found;
  if (only !== undefined && found.length === 1) return only.id;
  if (found.length === 0)
    throw new FailedError(`no device has "${text}" in its name or its id`, {
      advice: "energylive devices list shows the devices; an id looks like I-10082023-01658401",
    });
  const names = found.slice(0, NAMED).map(({ id, name }) => (name === "" ? id : `${name} (${id})`));
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : "";
  throw new FailedError(`"${text}" fits ${found.length} devices: ${names.join(", ")}${more}`, {
    advice: "give more of the name, or the id",
  });
}

/**
 * @param text as `deviceNamed` takes it
 * @throws {FailedError} for a device that is not in the table
 */
export async function findDevice(registry: DeviceRegistry, text: string): Promise<RegisteredDevice> {
  const id = await deviceNamed(registry, text);
  const device = await registry.find(id);
  if (device !== undefined) return device;
  throw unknownDevice(id);
}

/**
 * @param text as `deviceNamed` takes it
 * @throws {FailedError} for a device that is not in the table, or whose configuration is not valid
 */
export async function findValidDevice(stage: Stage, text: string): Promise<Device> {
  const { device, config } = await findDevice(await openRegistry(stage), text);
  if (device !== undefined) return device;
  throw new FailedError(`the configuration of ${config.device_id} is not valid`, {
    advice: `${commandFor(stage, `devices show ${config.device_id}`)} says what is wrong`,
  });
}

/** What people call their devices; those without a name are left out. */
export async function deviceNames(registry: DeviceRegistry): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const { config } of registry.all())
    if (typeof config.name === "string") names.set(String(config.device_id), config.name);
  return names;
}

export function unknownDevice(id: string): FailedError {
  return new FailedError(`device ${id} not found`, {
    advice: `energylive devices list shows the devices; energylive devices add ${id} adds this one`,
  });
}
