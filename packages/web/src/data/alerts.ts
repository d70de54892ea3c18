import type { AlertEntry, DeviceAlerts, OpenAlerts } from "@energylive/api/contract";

import { getJson } from "./client.ts";
import { type Resource, useResource } from "./resource.ts";

const REFRESH_MS = 15_000;

/** The alerts of all devices that last. */
export function useOpenAlerts(): Resource<OpenAlerts> {
  return useResource<OpenAlerts>("open", (signal) => getJson("/api/alerts", undefined, signal), {
    refreshMs: REFRESH_MS,
  });
}

/** Every alert of a device, the newest first. */
export function useDeviceAlerts(deviceId: string): Resource<DeviceAlerts> {
  return useResource<DeviceAlerts>(
    deviceId,
    (signal) => getJson("/api/alerts", { device: deviceId }, signal),
    { refreshMs: REFRESH_MS },
  );
}

export function alertsOf(alerts: readonly AlertEntry[] | undefined, deviceId: string): AlertEntry[] {
  return alerts?.filter(({ device_id }) => device_id === deviceId) ?? [];
}
