import type { DeviceOrder, DevicePage, Health } from "@energylive/api/contract";
import { zone } from "../ui/zone.ts";
import { getJson } from "./client.ts";
import { useResource } from "./resource.ts";

/** Devices per request. */
const MOST_AT_ONCE = 500;

export interface DeviceSelection {
  search: string;
  health?: Health | string | undefined;
  sort?: DeviceOrder;
  /** How many from the start. */
  limit: number;
}

/** Devices, in as many requests as needed. */
export async function getDevices(selection: DeviceSelection, signal?: AbortSignal): Promise<DevicePage> {
  const { search, health, sort, limit } = selection;
  const offsets = Array.from({ length: Math.ceil(limit / MOST_AT_ONCE) }, (_, index) => index * MOST_AT_ONCE);
  const pages = await Promise.all(
    offsets.map((offset) =>
      getJson<DevicePage>(
        "/api/devices",
        {
          search: search || undefined,
          health,
          sort,
          ...(sort === "energy" ? { zone } : {}),
          offset,
          limit: Math.min(MOST_AT_ONCE, limit - offset),
        },
        signal,
      ),
    ),
  );
  const [first] = pages;
  if (first === undefined) throw new RangeError("at least one device must be asked for");
  return { ...first, devices: pages.flatMap(({ devices }) => devices) };
}

/** Enough for the names of most fleets. */
const KNOWN_NAMES = 500;

/** What a device is called; its id, as long as that is not known. */
export function useDeviceNames(): (deviceId: string) => string {
  const page = useResource<DevicePage>("names", (signal) =>
    getDevices({ search: "", limit: KNOWN_NAMES }, signal),
  );
  const names = new Map(page.data.value?.devices.map(({ device_id, name }) => [device_id, name]));
  return (deviceId) => names.get(deviceId) ?? deviceId;
}
